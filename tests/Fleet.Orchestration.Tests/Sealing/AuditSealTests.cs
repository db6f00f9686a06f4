using System.Security.Cryptography;
using Fleet.Orchestration.Audit;
using Fleet.Orchestration.Reconciling;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Store;
using Fleet.Orchestration.Store.Backup;
using Fleet.Orchestration.Tests.Parts;
using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace Fleet.Orchestration.Tests.Sealing;

/// <summary>The audit's chains in both stores: what is sealed holds, and whatever is done to it shows.</summary>
public sealed class AuditSealTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task What_a_rollout_left_is_sealed_in_its_own_chain_and_whatever_is_done_to_it_shows(string provider)
    {
        var settings = await SettingsAsync(provider);
        RolloutView rollout;
        AuditVerification all;
        await using (var sealing = await Coordinator.StartAsync([new FakeWorker("w1")], settings))
        {
            await sealing.SeedAsync(Samples.Zone("pek1a"));
            rollout = await sealing.StartRolloutAsync(["pek1a"]);
            await sealing.WaitForEndAsync(rollout.Id);
            all = await SealedAsync(sealing);
        }

        // Nobody seals again what is taken away here.
        await using var fleet = await Coordinator.StartAsync([], settings, s => s.Remove(s.Single(d => d.ImplementationType == typeof(Reconciler))));
        all.Holds.ShouldBeTrue();
        all.Chains.Select(c => c.RolloutName).ShouldBe([null, rollout.Name]);
        var (rest, own) = (all.Chains[0], all.Chains[1]);
        (rest.Entries, own.Entries).ShouldBe((rest.Head!.Position, own.Head!.Position));
        (await AuditOf(fleet).VerifyAsync(rollout.Name, own.Head, default)).Value!.ShouldSatisfyAllConditions(v => v.Holds.ShouldBeTrue(), v => v.Chains.Single().Entries.ShouldBe(own.Entries));
        (await AuditOf(fleet).VerifyAsync(null, own.Head, default)).Problems.Single().Code.ShouldBe("audit-head-without-chain");
        (await AuditOf(fleet).VerifyAsync("nobody", null, default)).Kind.ShouldBe(ResultKind.NotFound);

        var third = await NumberAsync(3);
        await BreaksAsync("audit-entry-changed", third, db => db.Audit.Where(a => a.Number == third).ExecuteUpdateAsync(a => a.SetProperty(x => x.Actor, "nobody")));
        await BreaksAsync("audit-entry-changed", third, db => db.Audit.Where(a => a.Number == third).ExecuteUpdateAsync(a => a.SetProperty(x => x.RolloutId, (Guid?)null)));
        await BreaksAsync("audit-entry-removed", third, db => db.Audit.Where(a => a.Number == third).ExecuteDeleteAsync());
        await BreaksAsync("audit-link-removed", third, db => db.AuditSeals.Where(s => s.Number == third).ExecuteDeleteAsync());
        // The end of a chain goes unseen, but for whoever noted its head.
        var last = await NumberAsync(own.Head!.Position);
        await ChangedAsync(
            async db =>
            {
                await db.AuditSeals.Where(s => s.Number == last).ExecuteDeleteAsync();
                await db.Audit.Where(a => a.Number == last).ExecuteDeleteAsync();
            },
            async () =>
            {
                (await AuditOf(fleet).VerifyAsync(rollout.Name, null, default)).Value!.Holds.ShouldBeTrue();
                (await AuditOf(fleet).VerifyAsync(rollout.Name, own.Head, default)).Value!.Chains.Single().Broken!.Code.ShouldBe("audit-head-missing");
            });

        async Task<long> NumberAsync(long position)
        {
            await using var db = await ContextAsync(fleet);
            return (await db.AuditSeals.SingleAsync(s => s.Chain == rollout.Id && s.Position == position)).Number;
        }

        Task BreaksAsync(string code, long number, Func<FleetDbContext, Task> change) => ChangedAsync(change, async () =>
        {
            var verified = (await AuditOf(fleet).VerifyAsync(null, null, default)).Value!;
            verified.Holds.ShouldBeFalse();
            verified.Chains[0].Broken.ShouldBeNull();
            verified.Chains[1].Broken.ShouldNotBeNull().ShouldSatisfyAllConditions(b => b.Code.ShouldBe(code), b => b.Args["position"].ShouldBe("3"), b => (b.Args.GetValueOrDefault("number") ?? $"{number}").ShouldBe($"{number}"));
        });

        async Task ChangedAsync(Func<FleetDbContext, Task> change, Func<Task> look)
        {
            await using var db = await ContextAsync(fleet);
            var (entries, seals) = (await db.Audit.AsNoTracking().ToListAsync(), await db.AuditSeals.AsNoTracking().ToListAsync());
            await change(db);
            await look();
            await db.AuditSeals.ExecuteDeleteAsync();
            await db.Audit.ExecuteDeleteAsync();
            db.Audit.AddRange(entries);
            db.AuditSeals.AddRange(seals);
            await db.SaveChangesAsync();
            (await AuditOf(fleet).VerifyAsync(null, null, default)).Value!.Holds.ShouldBeTrue();
        }
    }

    [Fact]
    public async Task An_entry_that_was_committed_late_is_sealed_behind_those_that_were_seen_before()
    {
        await using var fleet = await Coordinator.StartAsync([], await SettingsAsync("postgres"));
        await SealedAsync(fleet);
        await using var late = await ContextAsync(fleet);
        await using var transaction = await late.Database.BeginTransactionAsync();
        AuditWriter.Add(late, [Said("late")], TimeProvider.System.GetUtcNow());
        await late.SaveChangesAsync();
        await AuditOf(fleet).AddAsync(Said("early"), default);
        await SealedAsync(fleet);
        await transaction.CommitAsync();
        (await SealedAsync(fleet)).Holds.ShouldBeTrue();

        await using var db = await ContextAsync(fleet);
        var order = await (from seal in db.AuditSeals join entry in db.Audit on seal.Number equals entry.Number where entry.Code == "said" orderby seal.Position select entry).ToListAsync();
        order.Select(e => e.Args["what"]).ShouldBe(["early", "late"]);
        order[0].Number.ShouldBeGreaterThan(order[1].Number);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Several_who_seal_at_once_make_one_chain(string provider)
    {
        await using var fleet = await Coordinator.StartAsync([], await SettingsAsync(provider));
        await using (var db = await ContextAsync(fleet))
        {
            AuditWriter.Add(db, Enumerable.Range(0, 1500).Select(i => Said($"{i}")), TimeProvider.System.GetUtcNow());
            await db.SaveChangesAsync();
        }

        var sealers = Enumerable.Range(0, 4).Select(_ => new AuditSealer(fleet.Service<IDbContextFactory<FleetDbContext>>(), NullLogger<AuditSealer>.Instance)).ToList();
        await Task.WhenAll(sealers.Select(s => Task.Run(() => s.SealAsync(TimeProvider.System.GetUtcNow(), default))));
        var verified = await SealedAsync(fleet);
        verified.Holds.ShouldBeTrue();
        verified.Chains.Single().Entries.ShouldBeGreaterThan(1500);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task What_is_old_is_cut_at_a_signed_checkpoint_and_what_is_needed_stays(string provider)
    {
        var worker = new FakeWorker("w1") { Script = run => run.Command.Zone == "held" ? Task.CompletedTask : run.CarryOutAsync() };
        await using var fleet = await Coordinator.StartAsync([worker], await SettingsAsync(provider));
        await fleet.SeedAsync(Samples.Zone("held"), Samples.Zone("pek1a"));
        var over = await fleet.StartRolloutAsync(["pek1a"]);
        await fleet.WaitForEndAsync(over.Id);
        var open = await fleet.StartRolloutAsync(["held"]);
        await fleet.WaitForAsync(open.Id, r => r.Zones.Single().State == ZoneState.Running);
        var before = await SealedAsync(fleet);
        var noted = before.Chains.Single(c => c.RolloutId == over.Id).Head!;

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        await AuditRetention.ApplyAsync(fleet.Service<IDbContextFactory<FleetDbContext>>(), key, now.AddMinutes(1), now, default);
        var after = await SealedAsync(fleet);
        after.Holds.ShouldBeTrue();
        after.Chains.Single(c => c.RolloutId == over.Id).ShouldSatisfyAllConditions(c => c.Entries.ShouldBe(0), c => c.CutAt.ShouldBe(noted), c => c.Head.ShouldBe(noted));
        after.Chains.Single(c => c.RolloutId == open.Id).ShouldSatisfyAllConditions(c => c.CutAt.ShouldBeNull(), c => c.Entries.ShouldBeGreaterThan(0));
        after.Chains[0].ShouldSatisfyAllConditions(c => c.CutAt.ShouldNotBeNull(), c => c.Head!.Position.ShouldBeGreaterThan(c.CutAt!.Position), c => c.Entries.ShouldBe(c.Head!.Position - c.CutAt!.Position));
        (await AuditOf(fleet).ListAsync(new AuditFilter { RolloutId = over.Id }, default)).ShouldBeEmpty();
        (await AuditOf(fleet).ListAsync(new AuditFilter(), default)).ShouldContain(a => a.Entry.Code == "audit-cut");
        (await AuditOf(fleet).VerifyAsync(over.Id.ToString(), noted with { Position = 1 }, default)).Value!.Chains.Single().Broken!.Code.ShouldBe("audit-head-cut");

        // Whoever cuts by hand has no signature for it.
        await using var db = await ContextAsync(fleet);
        await db.AuditCheckpoints.Where(c => c.Chain == over.Id).ExecuteUpdateAsync(c => c.SetProperty(x => x.Position, noted.Position - 1));
        (await AuditOf(fleet).VerifyAsync(over.Id.ToString(), null, default)).Value!.Chains.Single().Broken!.Code.ShouldBe("audit-checkpoint-forged");
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task What_is_more_than_goes_in_one_commit_is_cut_in_several_and_holds(string provider)
    {
        await using var fleet = await Coordinator.StartAsync([], await SettingsAsync(provider));
        await using var db = await ContextAsync(fleet);
        AuditWriter.Add(db, Enumerable.Range(0, 5100).Select(i => Said($"{i}")), TimeProvider.System.GetUtcNow());
        await db.SaveChangesAsync();
        var head = (await SealedAsync(fleet)).Chains[0].Head!;

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        (await AuditRetention.ApplyAsync(fleet.Service<IDbContextFactory<FleetDbContext>>(), key, now, now, default)).ShouldBeEmpty();
        var after = await SealedAsync(fleet);
        after.Chains[0].ShouldSatisfyAllConditions(c => c.Broken.ShouldBeNull(), c => c.CutAt.ShouldBe(head));
        (await AuditOf(fleet).ListAsync(new AuditFilter(), default)).Select(a => a.Entry.Code).ShouldBe(["audit-cut", "audit-cut"]);
    }

    [Theory]
    [InlineData("sqlite", "said something else")]
    [InlineData("sqlite", "made old")]
    [InlineData("sqlite", "taken out")]
    [InlineData("postgres", "said something else")]
    [InlineData("postgres", "made old")]
    [InlineData("postgres", "taken out")]
    public async Task What_was_meddled_with_is_not_cut_away_under_a_signature(string provider, string how)
    {
        var settings = await SettingsAsync(provider);
        await using (var sealing = await Coordinator.StartAsync([], settings))
        {
            foreach (var what in (string[])["one", "two", "three"])
                await AuditOf(sealing).AddAsync(Said(what), default);
            await SealedAsync(sealing);
        }

        await using var fleet = await Coordinator.StartAsync([], settings, s => s.Remove(s.Single(d => d.ImplementationType == typeof(Reconciler))));
        await using var db = await ContextAsync(fleet);
        var meddled = db.Audit.Where(a => a.Code == "said" && a.Number == db.Audit.Where(b => b.Code == "said").Min(b => b.Number));
        var past = DateTimeOffset.UnixEpoch.AddYears(20);
        var now = TimeProvider.System.GetUtcNow();
        var before = how == "made old" ? past.AddDays(1) : now.AddMinutes(1);
        if (how == "said something else")
            await meddled.ExecuteUpdateAsync(a => a.SetProperty(x => x.Actor, "nobody"));
        else if (how == "taken out")
            await meddled.ExecuteDeleteAsync();
        else
            await db.Audit.ExecuteUpdateAsync(a => a.SetProperty(x => x.At, past));
        var entries = await db.Audit.CountAsync();

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        (await AuditRetention.ApplyAsync(fleet.Service<IDbContextFactory<FleetDbContext>>(), key, before, now, default)).ShouldBe([AuditChain.Rest]);
        (await db.Audit.CountAsync()).ShouldBe(entries);
        (await AuditOf(fleet).VerifyAsync(null, null, default)).Value!.Chains.Single().Broken.ShouldNotBeNull();
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task An_entry_that_cannot_be_read_any_more_shows_and_keeps_no_other_from_being_sealed_or_listed(string provider)
    {
        await using var fleet = await Coordinator.StartAsync([], await SettingsAsync(provider));
        await AuditOf(fleet).AddAsync(Said("sealed"), default);
        var sealedOnes = await SealedAsync(fleet);
        await using var db = await ContextAsync(fleet);
        await db.Database.ExecuteSqlAsync($"UPDATE audit SET \"Args\" = {"no document"} WHERE \"Code\" = {"said"}");
        await AuditOf(fleet).AddAsync(Said("later"), default);

        var verified = await Eventually.GetAsync(async () => (await AuditOf(fleet).VerifyAsync(null, null, default)).Value is { Unsealed: 0 } all ? all : null, Coordinator.Limit, default);
        verified.Chains[0].Broken.ShouldNotBeNull().Code.ShouldBe("audit-entry-changed");
        verified.Chains[0].Head!.Position.ShouldBeGreaterThan(sealedOnes.Chains[0].Head!.Position);
        (await AuditOf(fleet).ListAsync(new AuditFilter(), default)).Where(a => a.Entry.Code == "said").Select(a => a.Entry.Args.Values.Single()).ShouldBe(["no document", "later"]);

        // One that was so before it was sealed is sealed as it is.
        await using (var transaction = await db.Database.BeginTransactionAsync())
        {
            AuditWriter.Add(db, [Said("third")], TimeProvider.System.GetUtcNow());
            await db.SaveChangesAsync();
            await db.Database.ExecuteSqlAsync($"UPDATE audit SET \"Args\" = {"neither"} WHERE \"Args\" LIKE {"%third%"}");
            await transaction.CommitAsync();
        }

        await AuditOf(fleet).AddAsync(Said("last"), default);
        (await Eventually.GetAsync(async () => (await AuditOf(fleet).VerifyAsync(null, null, default)).Value is { Unsealed: 0 } all ? all : null, Coordinator.Limit, default)).Chains[0].Head!.Position.ShouldBe(verified.Chains[0].Head!.Position + 2);
    }

    [Fact]
    public void Another_keys_checkpoint_is_not_this_ones()
    {
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var checkpoint = AuditCheckpoints.Sign(other, AuditChain.Rest, 5, AuditChain.Beginning, DateTimeOffset.UnixEpoch);
        AuditCheckpoints.IsSigned(checkpoint, null).ShouldBeTrue("nothing else is known of it");
        AuditCheckpoints.IsSigned(checkpoint, other).ShouldBeTrue();
        AuditCheckpoints.IsSigned(checkpoint, own).ShouldBeFalse();
    }

    [Fact]
    public void The_key_is_made_once_and_read_by_nobody_else()
    {
        var path = Path.Combine(folder.Path, "audit-key.pem");
        using var made = AuditKey.ReadOrMake(path);
        using var read = AuditKey.ReadOrMake(path);
        read.ExportSubjectPublicKeyInfo().ShouldBe(made.ExportSubjectPublicKeyInfo());
        File.GetUnixFileMode(path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllText(path, "no key");
        Should.Throw<CryptographicException>(() => AuditKey.ReadOrMake(path)).Message.ShouldContain("openssl ecparam");
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_restored_store_has_its_chains(string provider)
    {
        var settings = await SettingsAsync(provider);
        AuditHead head;
        StoreCopy copy;
        await using (var fleet = await Coordinator.StartAsync([], settings))
        {
            await AuditOf(fleet).AddAsync(Said("before"), default);
            head = (await SealedAsync(fleet)).Chains[0].Head!;
            copy = await StoreBackups.TakeAsync(Configuration(settings), Directory.CreateDirectory(Path.Combine(folder.Path, "copy")).FullName, default);
        }

        var empty = await SettingsAsync(provider);
        await StoreBackups.RestoreAsync(Configuration(empty), copy, Path.Combine(folder.Path, "copy"), DateTimeOffset.UnixEpoch, "ann", default);
        await using var again = await Coordinator.StartAsync([], empty);
        (await SealedAsync(again)).Holds.ShouldBeTrue();
        (await AuditOf(again).VerifyAsync("-", head, default)).Value!.Chains.Single().ShouldSatisfyAllConditions(c => c.Broken.ShouldBeNull(), c => c.Head!.Position.ShouldBeGreaterThan(head.Position));
    }

    private static AuditEntry Said(string what) => new() { Actor = "ann", Code = "said", Args = new Dictionary<string, string> { ["what"] = what } };

    private static IAudit AuditOf(Coordinator fleet) => fleet.Service<IAudit>();

    private static Task<FleetDbContext> ContextAsync(Coordinator fleet) => fleet.Service<IDbContextFactory<FleetDbContext>>().CreateDbContextAsync();

    /// <summary>Once all that is there is in a chain.</summary>
    private static Task<AuditVerification> SealedAsync(Coordinator fleet) =>
        Eventually.GetAsync(async () => (await AuditOf(fleet).VerifyAsync(null, null, default)).Value is { Unsealed: 0 } all ? all : null, Coordinator.Limit, default);

    private static IConfiguration Configuration(Dictionary<string, string?> settings) => new ConfigurationBuilder().AddInMemoryCollection(settings).Build();

    private async Task<Dictionary<string, string?>> SettingsAsync(string provider)
    {
        var settings = new Dictionary<string, string?> { ["Fleet:Data"] = Directory.CreateDirectory(Path.Combine(folder.Path, Guid.NewGuid().ToString("N"))).FullName, ["Fleet:Reconciler:Rollouts"] = "00:00:00.200" };
        if (provider == "postgres")
            (settings["Fleet:Store:Provider"], settings["Fleet:Store:ConnectionString"]) = (provider, await postgres.Cluster.CreateDatabaseAsync(default));
        return settings;
    }
}
