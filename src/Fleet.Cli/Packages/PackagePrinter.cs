using Fleet.Cli.Output;
using Fleet.Server.Api.Packages;

namespace Fleet.Cli.Packages;

internal static class PackagePrinter
{
    public static void Print(Terminal terminal, PackageDocument package)
    {
        var table = new TextTable("", "");
        table.Add(Say.Of("package"), new Cell(package.Id, Styles.Strong));
        table.Add(Say.Of("file"), package.FileName);
        table.Add("sha-256", package.Digest);
        if (package.OnFirstbox is { } path)
            table.Add(Say.Of("on the firstboxes"), path);
        else
            table.Add(Say.Of("size"), Words.Size(package.Size));
        table.Add(Say.Of("installer"), package.Installer);
        table.Add("qingcloud", package.Qingcloud);
        table.Add(Say.Of("upgrade"), package.Upgrade);
        table.Add(Say.Of("added"), Say.Of($"{Words.Time(package.AddedAt, terminal.Now)} by {package.AddedBy}"));
        table.Add(Say.Of("signed by"), package.SignedBy is { } signer ? new Cell(signer) : new Cell(Say.Of("unsigned"), Styles.Quiet));
        if (package.SigningKey is { } key)
            table.Add(Say.Of("key"), key);
        foreach (var use in package.UsedBy ?? [])
            table.Add(Say.Of("rollout"), $"{use.Name}  {Words.Of(use.State)}  {Words.Time(use.EndedAt ?? use.StartedAt, terminal.Now)}");
        table.Write(terminal);
        if (package.UsedBy is { Count: 0 })
            terminal.Line(Say.Of("No rollout that you see uses it."));
    }
}
