using Fleet.Contracts.Checks;
using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Orchestration.Checks;
using Fleet.Orchestration.Planning;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Tests.Parts;
using Fleet.Orchestration.Zones;
using Fleet.Runbooks.Strategies;

namespace Fleet.Orchestration.Tests.Planning;

/// <summary>What a plan says, what its hash is over, and what differs from it later.</summary>
public sealed class PlanTests
{
    private static readonly IReadOnlyDictionary<string, string> Installer42 = new Dictionary<string, string> { ["versions.installer"] = "4.2.0" };

    [Fact]
    public void The_same_inputs_give_the_same_hash_and_the_order_in_a_dictionary_does_not_matter()
    {
        var zone = Samples.Zone("a", region: "pek", tier: "canary");
        var other = zone with { Traits = zone.Traits with { Labels = new Dictionary<string, string> { ["tier"] = "canary", ["region"] = "pek" } } };
        Hash(Inputs([zone])).ShouldBe(Hash(Inputs([other])));
        Hash(Inputs([zone])).ShouldMatch("^[0-9a-f]{64}$");
    }

    [Fact]
    public void Free_space_and_clocks_that_differ_from_look_to_look_are_no_change()
    {
        Hash(Inputs([Samples.Zone("a")], expects: ["disk-short", "10 GB"])).ShouldBe(Hash(Inputs([Samples.Zone("a")], expects: ["disk-short", "11 GB"])));
        Hash(Inputs([Samples.Zone("a")], expects: ["disk-short", "10 GB"])).ShouldNotBe(Hash(Inputs([Samples.Zone("a")])));
    }

    public static TheoryData<string, string> Changed => new()
    {
        { "package", "plan-package-changed" },
        { "until", "plan-options-changed" },
        { "auto", "plan-options-changed" },
        { "strategy", "plan-strategy-changed" },
        { "gone", "plan-zone-gone b" },
        { "new", "plan-zone-new c" },
        { "inventory", "plan-zone-changed a" },
        { "steps", "plan-steps-changed a" },
        { "expects", "plan-expects-more a" },
        { "wave", "plan-zone-moved a, plan-zone-moved b" },
        { "order", "plan-order-changed" },
    };

    [Theory]
    [MemberData(nameof(Changed))]
    public void Whatever_changed_is_told_and_changes_the_hash(string what, string expected)
    {
        InventoryZone a = Samples.Zone("a"), b = Samples.Zone("b");
        var was = PlanMaker.Basis(Inputs([a, b])).Basis;
        var inputs = what switch
        {
            "package" => Inputs([a, b]) with { Package = Samples.Package with { Digest = new string('b', 64) } },
            "until" => With(Inputs([a, b]), s => s with { Until = "stage-package" }),
            "auto" => With(Inputs([a, b]), s => s with { Interactive = false }),
            "strategy" => Inputs([a, b], parallel: 7),
            "gone" => Inputs([a]),
            "new" => Inputs([a, b, Samples.Zone("c")]),
            "inventory" => Inputs([a with { Pool = "elsewhere" }, b]),
            "steps" => Inputs([a, b], facts: new Dictionary<string, IReadOnlyDictionary<string, string>> { ["a"] = Installer42 }),
            "expects" => Inputs([a, b], expects: ["disk-short", "10 GB"]),
            "wave" => Inputs([b, a]) with { Waves = Inputs([b, a]).Waves with { Zones = [(b, 0), (a, 1)] } },
            _ => Inputs([b, a], parallel: 3),
        };
        if (what is "wave")
            was = PlanMaker.Basis(Inputs([a, b]) with { Waves = Inputs([a, b]).Waves with { Waves = Two, Zones = [(a, 0), (b, 1)] } }).Basis;
        if (what is "wave")
            inputs = inputs with { Waves = inputs.Waves with { Waves = Two } };
        if (what is "order")
            was = PlanMaker.Basis(Inputs([a, b], parallel: 3)).Basis;
        var now = PlanMaker.Basis(inputs).Basis;
        now.Hash().ShouldNotBe(was.Hash());
        var told = string.Join(", ", PlanBasis.Changes(was, now).Select(f => f.Args.TryGetValue("zone", out var zone) ? $"{f.Code} {zone}" : f.Code).Order(StringComparer.Ordinal));
        (what == "auto" ? told.Contains(expected, StringComparison.Ordinal) : told == expected).ShouldBeTrue(told);
    }

    [Fact]
    public void What_is_stored_and_read_again_is_the_same_plan()
    {
        var plan = PlanMaker.Make(Inputs([Samples.Zone("a"), Samples.Zone("b")], expects: ["disk-short", "10 GB"]), "all", "ann", DateTimeOffset.UnixEpoch);
        var again = Store.Json.Read<StoredPlan>(Store.Json.Write(plan));
        PlanBasis.Changes(again.Basis, plan.Basis).ShouldBeEmpty();
        again.View.Hash.ShouldBe(plan.View.Hash);
        again.Basis.Hash().ShouldBe(plan.View.Hash);
    }

    [Fact]
    public void Zones_where_the_same_is_done_share_a_procedure_with_commands_uploads_and_prompts_as_they_will_be()
    {
        var special = Samples.Zone("s") with { Traits = Samples.Traits with { ZoneIds = [new ZoneIdTraits(null, ZoneKind.Sub, true)], Components = new Dictionary<string, string> { ["hyper/hyper"] = "ask" } } };
        var plan = PlanMaker.Make(Inputs([Samples.Zone("a"), Samples.Zone("b"), special]), "all", "ann", default).View;
        plan.Zones.Select(z => z.Procedure).ShouldBe([0, 0, 1]);
        plan.Procedures.Count.ShouldBe(2);

        var (plain, website) = (plan.Procedures[0], plan.Procedures[1]);
        plain.Phases.Single(p => p.Name == "global-website").Applies.ShouldBe(Applies.No);
        website.Phases.Single(p => p.Name == "global-website").Applies.ShouldBe(Applies.Yes);
        Step(plain, "pre-upgrade").Command.ShouldBe("/pitrix/upgrade/pre_upgrade.sh");
        Step(plain, "upload-package").Upload.ShouldBe(new PlannedUpload(Samples.Package.FileName, 1000, "/root", true));
        Step(plain, "upgrade-packages").Command.ShouldBe("/pitrix/upgrade/upgrade_pkgs.sh -i");
        Step(plain, "upgrade-packages").Prompts.Select(p => (p.Name, p.Answer)).ShouldBe([("test-nodes", "yes"), ("component", "yes"), ("ignore-failed-nodes", null)]);
        Step(website, "upgrade-packages").Prompts.Select(p => (p.Name, p.Answer)).ShouldContain(("component hyper/hyper", null));
        plain.Phases.SelectMany(p => p.Steps).ShouldAllBe(s => s.Command == null || !s.Command.Contains("${paths", StringComparison.Ordinal));
    }

    [Fact]
    public void Steps_that_depend_on_the_old_version_are_decided_where_it_is_known_and_said_to_depend_else()
    {
        Steps(new Dictionary<string, string>()).ShouldBe((Applies.Depends, Applies.Depends));
        Steps(Installer42).ShouldBe((Applies.No, Applies.Yes));
        Steps(new Dictionary<string, string> { ["versions.installer"] = "4.10.0" }).ShouldBe((Applies.Yes, Applies.No));

        static (Applies New, Applies Old) Steps(IReadOnlyDictionary<string, string> facts)
        {
            var procedure = Procedures.Of(Samples.Runbook, Samples.Package, Samples.Traits, facts, interactive: true);
            Step(procedure, "scan-repo").ShouldSatisfyAllConditions(s => s.Applies.ShouldBe(Applies.Depends), s => s.Why.ShouldBe("repo.changed is true"));
            return (Step(procedure, "refresh-nodes").Applies, Step(procedure, "refresh-nodes-old").Applies);
        }
    }

    [Fact]
    public void Without_questions_the_packages_have_another_command_and_nobody_answers_prompts() =>
        Step(Procedures.Of(Samples.Runbook, Samples.Package, Samples.Traits, new Dictionary<string, string>(), interactive: false), "upgrade-packages")
            .ShouldSatisfyAllConditions(s => s.Command.ShouldBe("/pitrix/upgrade/upgrade_pkgs.sh"), s => s.Prompts.ShouldBeEmpty());

    [Fact]
    public void What_stands_in_the_way_is_remarked()
    {
        var inputs = Inputs([Samples.Zone("a"), Samples.Zone("b"), Samples.Zone("c")], expects: ["disk-short", "10 GB"]);
        inputs = inputs with
        {
            Zones = new Dictionary<string, ZoneKnowledge>(inputs.Zones)
            {
                ["b"] = inputs.Zones["b"] with { InRollout = "nov-window", TakenBy = "bob" },
                ["c"] = inputs.Zones["c"] with { HasWorker = false },
            },
        };
        PlanMaker.Make(inputs, "all", "ann", default).View.Remarks.Select(r => r.Code).ShouldBe(["plan-zone-stops", "plan-zone-in-rollout", "plan-zone-taken", "plan-no-worker", "plan-unchecked"]);
    }

    private static readonly IReadOnlyList<RolloutWave> Two = [new RolloutWave { Index = 0, Name = "one" }, new RolloutWave { Index = 1, Name = "two" }];

    private static PlannedStep Step(Procedure procedure, string name) => procedure.Phases.SelectMany(p => p.Steps).First(s => s.Name == name);

    private static string Hash(PlanInputs inputs) => PlanMaker.Basis(inputs).Basis.Hash();

    private static PlanInputs With(PlanInputs inputs, Func<StartRollout, StartRollout> change) => inputs with { Start = change(inputs.Start) };

    /// <param name="expects">Code and argument of what the first zone's check stops at.</param>
    internal static PlanInputs Inputs(
        IReadOnlyList<InventoryZone> zones, int parallel = 4, IReadOnlyList<string>? expects = null, IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>>? facts = null) => new()
        {
            Start = new StartRollout { Zones = [.. zones.Select(z => z.Name)], PackageDigest = Samples.Package.Digest },
            Package = Samples.Package,
            Runbook = Samples.Runbook,
            Waves = WavePlanner.Plan(zones, null, parallel, Amount.None).Value!,
            Zones = zones.Select((z, i) => (z, i)).ToDictionary(z => z.z.Name, z => new ZoneKnowledge(
                facts?.GetValueOrDefault(z.z.Name) ?? new Dictionary<string, string>(), z.i == 0 && expects is not null ? Check(z.z.Name, expects) : null, null, null, HasWorker: true)),
        };

    private static ZoneCheck Check(string zone, IReadOnlyList<string> found) => new()
    {
        Id = Guid.NewGuid(),
        CheckId = Guid.NewGuid(),
        Zone = zone,
        Runbook = new RunbookRef("qingcloud-upgrade", Samples.Runbook.Digest),
        AskedBy = "ann",
        AskedAt = DateTimeOffset.UnixEpoch,
        Result = new ZoneChecked
        {
            ZoneCheckId = Guid.NewGuid(),
            Zone = zone,
            WorkerId = "w",
            StartedAt = default,
            EndedAt = default,
            Stages = [],
            Steps = [new CheckedStep("disk-space", CheckVerdict.Stops, [Finding.Of(found[0], ("free", found[1]))])],
        },
    };
}
