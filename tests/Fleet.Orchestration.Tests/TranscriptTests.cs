using System.Text;
using CsCheck;
using Fleet.Contracts.Transcripts;
using Fleet.Orchestration.Reconciling;
using Fleet.Orchestration.Store;
using Fleet.Orchestration.Tests.Parts;
using Fleet.Orchestration.Transcripts;
using Microsoft.EntityFrameworkCore;

namespace Fleet.Orchestration.Tests;

public sealed class QuietFleet : IAsyncLifetime
{
    internal Coordinator Coordinator { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Coordinator = await Coordinator.StartAsync([], new() { ["Fleet:Transcripts:MaxBytes"] = "1024" });

    public ValueTask DisposeAsync() => Coordinator.DisposeAsync();
}

public sealed class TranscriptTests(QuietFleet quiet) : IClassFixture<QuietFleet>
{
    private static readonly Guid ZoneUpgrade = Guid.NewGuid();

    private static TranscriptFrame Frame(string execution, long offset, string text, long cutBefore = 0) => new()
    {
        ExecutionId = execution,
        ZoneUpgradeId = ZoneUpgrade,
        Step = "s",
        Attempt = 1,
        Offset = offset,
        Bytes = Encoding.UTF8.GetBytes(text),
        CutBefore = cutBefore,
    };

    [Fact]
    public async Task Frames_in_any_order_doubled_and_overlapping_give_what_was_printed()
    {
        var transcripts = quiet.Coordinator.Service<ITranscripts>();
        const string Printed = "0123456789abcdefghij";
        foreach (var (offset, length) in new[] { (10, 5), (0, 4), (0, 4), (2, 4), (15, 5), (6, 4), (6, 8) })
            await transcripts.AppendAsync(Frame("x1", offset, Printed.Substring(offset, length)), default);

        (await transcripts.FindAsync("x1", default))!.Length.ShouldBe(20);
        Encoding.UTF8.GetString((await transcripts.ReadAsync("x1", 0, 1000, default)).Bytes.Span).ShouldBe(Printed);
        Encoding.UTF8.GetString((await transcripts.ReadAsync("x1", 5, 7, default)).Bytes.Span).ShouldBe("56789ab");
        (await transcripts.ReadAsync("x1", 20, 10, default)).Bytes.Length.ShouldBe(0);
    }

    [Fact]
    public async Task What_is_sealed_stands_beside_what_is_shown_and_whoever_is_given_it_is_in_the_audit()
    {
        var transcripts = quiet.Coordinator.Service<ITranscripts>();
        await transcripts.AppendAsync(Frame("x9", 0, "pw *** "), default);
        foreach (var _ in new[] { 1, 2 })
            await transcripts.AppendAsync(Frame("x9", 7, "pw *****") with { Sealed = new byte[] { 7, 7 } }, default);

        Encoding.UTF8.GetString((await transcripts.ReadAsync("x9", 0, 1000, default)).Bytes.Span).ShouldBe("pw *** pw *****");
        (await transcripts.FindAsync("x9~sealed", default)).ShouldBeNull();
        (await transcripts.ListAsync(ZoneUpgrade, default)).ShouldNotContain(t => t.ExecutionId.Contains('~'));
        (await transcripts.ReadSealedAsync("x9", 0, 7, "ann", default)).Pieces.ShouldBeEmpty();
        (await AuditAsync()).ShouldBeEmpty("nothing was hidden in those bytes");

        var read = await transcripts.ReadSealedAsync("x9", 5, 1000, "ann", default);
        read.Slice.Offset.ShouldBe(5);
        read.Pieces.ShouldHaveSingleItem().ToArray().ShouldBe([7, 7]);
        var entry = (await AuditAsync()).ShouldHaveSingleItem();
        entry.Actor.ShouldBe("ann");
        entry.Args.ShouldBe(new Dictionary<string, string> { ["execution"] = "x9", ["step"] = "s", ["from"] = "5", ["to"] = "15" }, ignoreOrder: true);

        async Task<List<AuditRow>> AuditAsync()
        {
            await using var db = await quiet.Coordinator.Service<IDbContextFactory<FleetDbContext>>().CreateDbContextAsync();
            return await db.Audit.AsNoTracking().Where(a => a.Code == "transcript-unredacted-read").ToListAsync();
        }
    }

    [Fact]
    public async Task What_came_early_is_not_shown_before_what_is_before_it()
    {
        var transcripts = quiet.Coordinator.Service<ITranscripts>();
        await transcripts.AppendAsync(Frame("x2", 0, "abc"), default);
        await transcripts.AppendAsync(Frame("x2", 6, "ghi"), default);
        (await transcripts.ReadAsync("x2", 0, 100, default)).Next.ShouldBe(3);
        await transcripts.AppendAsync(Frame("x2", 3, "def"), default);
        (await transcripts.ReadAsync("x2", 0, 100, default)).Next.ShouldBe(9);
    }

    [Fact]
    public async Task A_cut_is_told_where_it_is()
    {
        var transcripts = quiet.Coordinator.Service<ITranscripts>();
        await transcripts.AppendAsync(Frame("x3", 0, "abc"), default);
        await transcripts.AppendAsync(Frame("x3", 10, "xyz", cutBefore: 7), default);
        (await transcripts.ReadAsync("x3", 0, 100, default)).Next.ShouldBe(3);
        var behind = await transcripts.ReadAsync("x3", 3, 100, default);
        behind.CutBefore.ShouldBe(7);
        behind.Offset.ShouldBe(10);
        (await transcripts.FindAsync("x3", default))!.Cut.ShouldBe(7);
    }

    [Fact]
    public async Task Past_the_limit_bytes_are_counted_and_not_kept()
    {
        var transcripts = quiet.Coordinator.Service<ITranscripts>();
        await transcripts.AppendAsync(Frame("x4", 0, new string('a', 1000)), default);
        await transcripts.AppendAsync(Frame("x4", 1000, new string('b', 1000)), default);
        var view = await transcripts.FindAsync("x4", default);
        view!.Length.ShouldBe(2000);
        view.Cut.ShouldBe(1000);
        (await transcripts.ReadAsync("x4", 1000, 100, default)).Next.ShouldBe(2000);
    }

    [Fact]
    public async Task Transcripts_of_zone_upgrades_that_ended_long_ago_go()
    {
        var fleet = quiet.Coordinator;
        await fleet.SeedAsync(Samples.Zone("old"));
        var rollout = await fleet.StartRolloutAsync(["old"]);
        (await fleet.Rollouts.AbortAsync(rollout.Name, new(), "ops", default)).Problems.ShouldBeEmpty();
        var ended = await fleet.WaitForEndAsync(rollout.Id);
        await fleet.Service<ITranscripts>().AppendAsync(Frame("gone", 0, "a**") with { ZoneUpgradeId = ended.Zones[0].Id, Sealed = new byte[] { 1 } }, default);
        await fleet.Service<ITranscripts>().AppendAsync(Frame("kept", 0, "abc"), default);
        await TranscriptRetention.ApplyAsync(fleet.Service<IDbContextFactory<FleetDbContext>>(), TimeProvider.System.GetUtcNow().AddMinutes(1), default);
        (await fleet.Service<ITranscripts>().FindAsync("gone", default)).ShouldBeNull();
        (await fleet.Service<ITranscripts>().FindAsync("kept", default)).ShouldNotBeNull();
        await using var db = await fleet.Service<IDbContextFactory<FleetDbContext>>().CreateDbContextAsync();
        (await db.Chunks.AsNoTracking().Where(c => c.ExecutionId.StartsWith("gone")).ToListAsync()).ShouldBeEmpty("what is sealed goes with it");
    }

    [Fact]
    public void What_is_taken_of_a_frame_never_overlaps_and_never_invents()
    {
        Gen.Select(Gen.Int[0, 50], Gen.Int[0, 20], Gen.Int[0, 10], Gen.Int[0, 60], Gen.Int[0, 30]).Sample((offset, size, cut, length, room) =>
        {
            cut = Math.Min(cut, offset);
            var frame = Frame("x", offset, new string('x', size), cut);
            var piece = TranscriptRules.Take(frame, length, room);
            return piece is null
                ? offset + size <= length
                : piece.Start >= length - 0 && piece.End == offset + size && piece.Start >= offset - cut && piece.Bytes.Length <= room && piece.Cut >= 0;
        });
    }
}
