namespace Fleet.Server.Api.Reports.Pages;

internal static class HtmlStyle
{
    /// <summary>Colours of the phases differ in lightness too; numbers and words say the same.</summary>
    public const string Text = """
        :root{color-scheme:light dark;--ink:#1c2330;--quiet:#5a6475;--paper:#fff;--line:#d5dae2;--head:#f3f5f8;--bad:#b3261e;
        --p0:#9db4c8;--p1:#5b8db8;--p2:#2f6690;--p3:#81b29a;--p4:#3d7a63;--p5:#c9a227;--p6:#b5838d;--p7:#6d597a;--wait:#d1495b}
        @media (prefers-color-scheme:dark){:root{--ink:#e4e8ef;--quiet:#9aa5b5;--paper:#14181f;--line:#333b47;--head:#1d232c;--bad:#ff8a80;
        --p0:#6f8aa1;--p1:#5fa0d6;--p2:#9cc9ef;--p3:#5f9a80;--p4:#93d3b6;--p5:#e3c355;--p6:#d3a1ab;--p7:#b39bc4;--wait:#ff7a8a}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,"Segoe UI","Noto Sans","Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif}
        main{max-width:70rem;margin:0 auto;padding:2rem 1.25rem 4rem}
        h1{font-size:1.7rem;line-height:1.25;margin:0 0 .75rem}h2{font-size:1.3rem;margin:2.2rem 0 .6rem}h3{font-size:1.05rem;margin:1.6rem 0 .4rem}h4{font-size:1rem;margin:1.2rem 0 .3rem}
        p{margin:.4rem 0;overflow-wrap:anywhere}p.strong{font-weight:600}
        ul{margin:.4rem 0;padding-left:1.3rem}li{margin:.15rem 0;overflow-wrap:anywhere}
        dl{margin:.6rem 0;display:grid;grid-template-columns:repeat(auto-fit,minmax(min(26rem,100%),1fr));gap:0 2rem}
        dl div{display:flex;gap:.75rem;border-bottom:1px solid var(--line);padding:.25rem 0}dt{flex:0 0 9.5rem;color:var(--quiet)}dd{margin:0;min-width:0;overflow-wrap:anywhere}
        .grid{overflow-x:auto;margin:.6rem 0 1rem}
        table{border-collapse:collapse;width:100%;font-size:.87rem;font-variant-numeric:tabular-nums}
        caption{text-align:left;color:var(--quiet);padding:.2rem 0}
        th,td{border-bottom:1px solid var(--line);padding:.28rem .5rem;text-align:left;vertical-align:top}th{font-weight:600}thead th{background:var(--head);white-space:nowrap}tbody th,.at{white-space:nowrap}td{overflow-wrap:break-word}
        pre{background:var(--head);padding:.6rem .8rem;overflow-x:auto;font-size:.8rem;line-height:1.4}
        svg{display:block;width:100%;height:auto;margin:.8rem 0}svg text{fill:var(--ink);font-family:inherit}svg .quiet{fill:var(--quiet)}svg .rule{stroke:var(--line);stroke-width:1}svg .now{stroke:var(--bad);stroke-width:1.5;stroke-dasharray:4 3}
        svg .p0{fill:var(--p0)}svg .p1{fill:var(--p1)}svg .p2{fill:var(--p2)}svg .p3{fill:var(--p3)}svg .p4{fill:var(--p4)}svg .p5{fill:var(--p5)}svg .p6{fill:var(--p6)}svg .p7{fill:var(--p7)}
        svg .on{fill:var(--paper);font-weight:600}svg .hatch{stroke:var(--wait);stroke-width:2}svg .wait{fill:url(#waiting);stroke:var(--wait);stroke-width:.75}svg .whole{stroke:var(--quiet);stroke-width:1;stroke-dasharray:1 3}
        hr.page{border:0;border-top:2px solid var(--line);margin:3rem 0 1rem}
        .signatures{display:grid;grid-template-columns:1fr 1fr;gap:2rem}.signatures .line{border-bottom:1px solid var(--ink);padding-top:2.2rem;color:var(--quiet)}
        @media print{@page{margin:16mm 14mm}:root{--ink:#000;--quiet:#444;--paper:#fff;--line:#bbb;--head:#f2f2f2;--bad:#a00;--p0:#9db4c8;--p1:#5b8db8;--p2:#2f6690;--p3:#81b29a;--p4:#3d7a63;--p5:#c9a227;--p6:#b5838d;--p7:#6d597a;--wait:#d1495b}
        body{font-size:10pt;print-color-adjust:exact;-webkit-print-color-adjust:exact}main{max-width:none;padding:0}hr.page{break-before:page;border:0;margin:0;height:0}
        h1,h2,h3,h4,caption{break-after:avoid}tr,dl div,.signatures,svg{break-inside:avoid}thead{display:table-header-group}.grid,pre{overflow:visible}pre{white-space:pre-wrap}table{font-size:8.5pt}dl{grid-template-columns:1fr 1fr}}

        """;
}
