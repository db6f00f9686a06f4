using System.Text;
using Fleet.Runbooks.Calendars;
using Fleet.Runbooks.Facts;
using Fleet.Runbooks.Loading;
using Fleet.Runbooks.Strategies;
using Fleet.Server.Inventory;

namespace Fleet.Fuzzing.Targets;

/// <summary>Files that people write.</summary>
internal static class FileTargets
{
    private const string Inventory = """
        apiVersion: fleet/v1
        defaults: {user: root, port: 2222, identity: file:/etc/fleet/id, pool: north, become: sudo, legacyAlgorithms: [ssh-rsa]}
        zones:
          - name: pek1a
            firstbox: {host: 10.1.0.2, hostKey: "SHA256:0123456789abcdefghijABCDEFGHIJ0123456789+/a"}
            via: [{host: bastion, port: 22, user: ops, password: "exec:pass bastion", knownHosts: file:/etc/fleet/known}]
            kind: global
            labels: {region: pek, tier: canary}
            components: {hyper/hyper: ask}
          - name: region1
            firstbox: {host: fd00::12, port: 22, user: admin, password: ask}
            zoneIds: [{id: pek1a, kind: global}, {id: pek1b, kind: sub, specialSubZone: true}]
            global: pek1
            deadMan: 8h
        """;

    private const string Runbook = """
        apiVersion: fleet/v1
        name: small
        version: 1.0
        settings:
          paths.tool: /opt/tool
        guards: {}
        phases:
          - name: only
            title: The only phase
            steps:
              - name: run
                title: Run it
                implements: [Q1]
                kind: shell
                command: ${paths.tool} --now ${facts.a.b}
                timeLimit: 1h30m
                changes: true
                done: {marker: "/a.Done"}
                prompts:
                  - {name: sure, pattern: "(?<nodes>a+)? \\[yes/no\\]", policy: answer, answer: "yes"}
        """;

    private const string Site = """
        apiVersion: fleet/v1
        name: site
        version: 1
        extends: qingcloud-upgrade
        settings: {paths.repo: /data/repo}
        """;

    private const string Strategy = """
        apiVersion: fleet/v1
        name: careful
        maxParallel: 25%
        maxParallelPerLabel: {region: 1}
        slowStart: true
        maxFailures: 5%
        timeLimit: 10h
        globalZones: first
        waves:
          - {name: canary, zones: tier=canary, take: 2, maxParallel: 1, bake: 30m, verdict: {succeeded: ask, failed: go-on, inconclusive: stop}}
          - {name: rest}
        """;

    private const string Calendar = """
        apiVersion: fleet/v1
        windows:
          - {name: night, zones: region=pek, timeZone: Asia/Shanghai, days: [mon, tue], from: "22:00", to: "06:00", phases: [upgrade-platform]}
        freezes:
          - {name: fest, timeZone: Asia/Shanghai, from: "2026-11-09 00:00", to: "2026-11-13 00:00", because: sale}
        """;

    public static IReadOnlyList<Target> All { get; } =
    [
        Target.OfText("inventory", t => ReadInventory(t), Inventory),
        Target.OfText("runbook", t => ReadRunbook(t), Runbook),
        new("runbook-bytes", [Encoding.UTF8.GetBytes(Runbook)], b => Held.Either(RunbookLoader.Load(b).Runbook, RunbookLoader.Load(b).Problems.Count)) { Weight = 20 },
        Target.OfText("runbook-site", t => ReadRunbook(t), Site) with { Weight = 100 },
        Target.OfText("strategy", t => ReadStrategy(t), Strategy),
        Target.OfText("calendar", t => ReadCalendar(t), Calendar),
        Target.OfText("duration", t => DurationRound(t), "1h30m", "90s", "8h", "0s", "2d"),
        Target.OfText("amount", t => Amount.Parse(t), "5", "25%", "0", "100%"),
        Target.OfText("backups-expected", t => BackupExpectation.Read(t, "4.2.1", new Dictionary<string, string> { ["backup"] = "/pitrix/backup/1", ["old"] = "4.2.1" }, out _), "tree {backup}/a of /pitrix/repo without installer/code,*/iso\nfolder@snapshot /p.{old} before 4.3.0\nfile {backup}/b from 4.3.0"),
    ];

    private static void ReadInventory(string text)
    {
        var file = InventoryFile.Read(text);
        Held.That(file.Problems.Count > 0 || file.Zones.Count == file.Named.Count, "every zone that is named is read, or a problem told");
        foreach (var problem in file.Problems)
            Held.That(problem.Line >= 1 && problem.Column >= 1, "a problem has a place");
    }

    private static void ReadRunbook(string text)
    {
        var loaded = RunbookLoader.Load(text);
        Held.Either(loaded.Runbook, loaded.Problems.Count);
        if (loaded.Runbook is { } runbook)
            Held.That(RunbookLoader.Load(loaded.Text, stored: true).Runbook?.Digest == runbook.Digest, "what is stored is read again as the same");
    }

    private static void ReadStrategy(string text)
    {
        var loaded = StrategyLoader.Load(text);
        Held.Either(loaded.Strategy, loaded.Problems.Count);
    }

    private static void ReadCalendar(string text)
    {
        var loaded = CalendarLoader.Load(text);
        Held.Either(loaded.Calendar, loaded.Problems.Count);
    }

    private static void DurationRound(string text)
    {
        if (DurationText.TryParse(text, out var duration))
            Held.That(DurationText.TryParse(DurationText.Format(duration), out var again) && again == duration, "a duration as written is read as the same");
    }
}
