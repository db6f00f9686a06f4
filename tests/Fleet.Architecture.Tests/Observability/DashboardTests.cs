using System.Text.Json;
using System.Text.RegularExpressions;

namespace Fleet.Architecture.Tests.Observability;

/// <summary>Grafana is not at hand where the tests run: the form of the dashboards is held here, their queries are run by the end-to-end tests.</summary>
public sealed partial class DashboardTests
{
    /// <summary>What Grafana fills in by itself.</summary>
    private static readonly string[] BuiltIn = ["__rate_interval", "__range", "__interval", "__url_time_range", "__value.raw"];

    private static readonly string[] Types = ["row", "stat", "table", "timeseries", "bargauge", "heatmap", "state-timeline", "traces", "logs"];

    public static TheoryData<string> All => [.. Dashboards.Names];

    [Fact]
    public void There_are_the_four_with_ids_of_their_own_and_the_kustomization_has_them_all()
    {
        var read = Dashboards.Names.Select(n => (Name: n, Dashboard: Dashboards.Read(n))).ToList();
        read.Select(d => d.Dashboard.Text("title")).Order(StringComparer.Ordinal).ShouldBe(["Fleet itself", "Fleet now", "One zone", "Upgrade durations"]);
        read.Select(d => $"{d.Dashboard.Text("uid")}.json").ShouldBe(read.Select(d => d.Name));
        var kustomization = Repository.Read($"{Dashboards.Folder}/kustomization.yaml");
        foreach (var (name, _) in read)
            kustomization.ShouldContain($"  - dashboards/{name}\n");
        kustomization.ShouldContain("grafana_dashboard: \"1\"");
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_dashboard_is_a_classic_one_without_anything_of_a_Grafana_that_it_was_saved_in(string name)
    {
        var dashboard = Dashboards.Read(name);
        dashboard.GetProperty("schemaVersion").GetInt32().ShouldBeGreaterThanOrEqualTo(39);
        dashboard.TryGetProperty("id", out _).ShouldBeFalse("an id is of one Grafana");
        dashboard.TryGetProperty("__inputs", out _).ShouldBeFalse();
        dashboard.Text("description").ShouldNotBeEmpty();
        dashboard.GetProperty("time").Text("from").ShouldStartWith("now-");
        dashboard.Items("tags").Select(t => t.GetString()).ShouldContain("fleet");
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Every_panel_says_what_it_is_what_it_counts_in_and_where_it_comes_from(string name)
    {
        var panels = Dashboards.Panels(Dashboards.Read(name));
        panels.Select(p => p.GetProperty("id").GetInt32()).ShouldBeUnique();
        panels.Select(p => p.Text("title")).Where(t => t.Length > 0).ShouldBeUnique();
        foreach (var panel in panels)
        {
            Types.ShouldContain(panel.Text("type"));
            panel.Text("title").ShouldNotBeEmpty();
            if (panel.Text("type") == "row")
                continue;
            var title = panel.Text("title");
            panel.Text("description").ShouldEndWith(".", Case.Sensitive, title);
            panel.GetProperty("datasource").Text("uid").ShouldBe($"${{{panel.GetProperty("datasource").Text("type")}}}", title);
            panel.GetProperty("fieldConfig").GetProperty("defaults").Text("unit").ShouldNotBeEmpty(title);
            panel.GetProperty("options").ValueKind.ShouldBe(JsonValueKind.Object, title);
            var targets = panel.Items("targets").ToList();
            targets.ShouldNotBeEmpty(title);
            targets.Select(t => t.Text("refId")).ShouldBeUnique();
            targets.ShouldAllBe(t => t.GetProperty("datasource").Text("uid") == panel.GetProperty("datasource").Text("uid"), title);
            targets.ShouldAllBe(t => t.Text("expr").Length + t.Text("query").Length > 0, title);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Panels_lie_within_the_grid_and_not_over_each_other(string name)
    {
        var places = Dashboards.Panels(Dashboards.Read(name)).Select(p => (Title: p.Text("title"), Place: Place.Of(p.GetProperty("gridPos")))).ToList();
        places.Where(p => p.Place is { X: < 0 } or { W: <= 0 } or { H: <= 0 } || p.Place.X + p.Place.W > 24).ShouldBeEmpty();
        foreach (var (title, place) in places)
            places.Where(other => other.Title != title && other.Place.Meets(place)).Select(other => $"{title} and {other.Title}").ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Every_variable_that_is_used_is_there_and_every_one_that_is_there_is_used(string name)
    {
        var dashboard = Dashboards.Read(name);
        var known = dashboard.GetProperty("templating").Items("list").Select(v => v.Text("name")).ToList();
        known.ShouldBeUnique();
        // Of other dashboards' variables in links only the values are used here.
        var used = Variable().Matches(dashboard.GetProperty("panels").GetRawText()).Select(m => m.Groups["name"].Value).Distinct().ToList();
        used.Except(BuiltIn).Except(known).ShouldBeEmpty();
        known.Except(used).ShouldBeEmpty();
    }

    [Fact]
    public void A_data_source_that_a_dashboard_names_is_provisioned_and_all_are_tied_to_each_other()
    {
        var sources = Repository.Read($"{Dashboards.Folder}/datasources/datasources.yaml");
        var named = Dashboards.Names.SelectMany(n => Dashboards.Read(n).GetProperty("templating").Items("list")).Where(v => v.Text("type") == "datasource").Select(v => v.GetProperty("current").Text("value")).Distinct();
        foreach (var uid in named)
            sources.ShouldContain($"\n  uid: {uid}\n");
        foreach (var tie in new[] { "exemplarTraceIdDestinations:", "- name: trace_id\n", "- name: traceID\n", "tracesToLogsV2:", "tracesToMetrics:", "derivedFields:" })
            sources.ShouldContain(tie);
    }

    private sealed record Place(int X, int Y, int W, int H)
    {
        public static Place Of(JsonElement grid) => new(grid.GetProperty("x").GetInt32(), grid.GetProperty("y").GetInt32(), grid.GetProperty("w").GetInt32(), grid.GetProperty("h").GetInt32());

        public bool Meets(Place other) => X < other.X + other.W && other.X < X + W && Y < other.Y + other.H && other.Y < Y + H;
    }

    [GeneratedRegex(@"\$(?:\{(?<name>[a-zA-Z_.]+)\}|(?<name>[a-z_]+))")]
    private static partial Regex Variable();
}
