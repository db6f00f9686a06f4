using System.Net;
using System.Text;
using Fleet.Contracts.Transcripts;
using Fleet.Orchestration.Transcripts;
using Fleet.Sealing;
using Microsoft.Extensions.DependencyInjection;

namespace Fleet.Server.Tests.Api;

/// <summary>Reading what is hidden in transcripts.</summary>
public sealed class UnredactedApiTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private TranscriptKeys Keys => server.Services.GetRequiredService<TranscriptKeys>();

    [Fact]
    public async Task What_is_hidden_is_put_back_for_whoever_may_read_it_and_for_nobody_else()
    {
        await AppendAsync("u1", 0, "password=******* and ***\n", SealedPiece.Seal(Keys.First!, "u1", [(9, "hunter2"u8.ToArray()), (21, "abc"u8.ToArray())]));
        await AppendAsync("u1", 25, "done\n", []);
        (await TextAsync("u1", "?offset=0")).ShouldBe("password=hunter2 and abc\ndone\n");
        (await TextAsync("u1", "?offset=11&maxBytes=8")).ShouldBe("nter2 an");
        (await server.Operator.GetStringAsync("/api/v1/transcripts/u1?offset=0", Cancel)).ShouldBe("password=******* and ***\ndone\n");
        foreach (var (client, status) in new[] { (server.Worker, HttpStatusCode.Forbidden), (server.Nobody, HttpStatusCode.Unauthorized) })
        {
            using var refused = await client.GetAsync("/api/v1/transcripts/u1/unredacted", Cancel);
            refused.StatusCode.ShouldBe(status);
        }

        (await server.GetAsync("audit")).EnumerateArray().Count(e => e.GetProperty("code").GetString() == "transcript-unredacted-read" && e.GetProperty("args").GetProperty("execution").GetString() == "u1").ShouldBe(2);
    }

    [Fact]
    public async Task A_lost_key_and_a_changed_piece_are_said_and_what_is_shown_is_still_read()
    {
        var lost = new TranscriptKey(new byte[32]);
        await AppendAsync("u2", 0, "pw ***\n", SealedPiece.Seal(lost, "u2", [(3, "abc"u8.ToArray())]));
        await ShouldBeRefusedAsync("u2", "transcript-key-missing");
        var changed = SealedPiece.Seal(Keys.First!, "u3", [(3, "abc"u8.ToArray())]);
        changed[^1] ^= 1;
        await AppendAsync("u3", 0, "pw ***\n", changed);
        await ShouldBeRefusedAsync("u3", "transcript-seal-broken");
        await AppendAsync("u4", 0, "pw ***\n", SealedPiece.Seal(Keys.First!, "u3", [(3, "abc"u8.ToArray())]));
        await ShouldBeRefusedAsync("u4", "transcript-seal-broken");
        await AppendAsync("u5", 0, "pw ***\n", [9, 9, 9]);
        await ShouldBeRefusedAsync("u5", "transcript-seal-unknown");
        using var unknown = await server.Operator.GetAsync("/api/v1/transcripts/none/unredacted", Cancel);
        unknown.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    private async Task ShouldBeRefusedAsync(string execution, string code)
    {
        using var refused = await server.Operator.GetAsync($"/api/v1/transcripts/{execution}/unredacted", Cancel);
        refused.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await RunningServer.CodesAsync(refused)).ShouldBe([code]);
        (await server.Operator.GetStringAsync($"/api/v1/transcripts/{execution}", Cancel)).ShouldBe("pw ***\n");
    }

    private Task AppendAsync(string execution, long offset, string shown, byte[] piece) => server.Services.GetRequiredService<ITranscripts>().AppendAsync(
        new TranscriptFrame { ExecutionId = execution, ZoneUpgradeId = Guid.NewGuid(), Step = "s", Attempt = 1, Offset = offset, Bytes = Encoding.UTF8.GetBytes(shown), Sealed = piece }, Cancel);

    private Task<string> TextAsync(string execution, string query) => server.Operator.GetStringAsync($"/api/v1/transcripts/{execution}/unredacted{query}", Cancel);
}
