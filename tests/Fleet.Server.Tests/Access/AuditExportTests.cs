using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Fleet.Server.Tests.Api;
using Fleet.Testing;

namespace Fleet.Server.Tests.Access;

/// <summary>The export's chains computed with nothing of Fleet: by what docs/decisions/0026-identities.md says about the bytes.</summary>
public sealed class AuditExportTests(RunningServer server) : IClassFixture<RunningServer>
{
    [Fact]
    public async Task The_chain_of_an_export_can_be_verified_outside_and_a_changed_line_is_found()
    {
        using (await server.ImportAsync("ex1", "ex2"))
        {
        }

        using (await server.PostAsync("tokens", new { name = "ann", grants = new object[] { new { role = "viewer", zones = "all" } } }))
        {
        }

        var lines = new List<JsonElement>();
        await Eventually.BeTrueAsync(
            async () => (lines = await ReadAsync()).Count(l => l.GetProperty("link").ValueKind == JsonValueKind.Object) >= 2 && lines.All(l => l.GetProperty("link").ValueKind == JsonValueKind.Object),
            TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
        lines.ShouldAllBe(l => Holds(l, l.GetProperty("actor").GetString()!, Source(l)));
        lines.ShouldContain(l => Source(l) == "api 127.0.0.1");
        lines.Where(l => Source(l) is not null).ShouldAllBe(l => !Holds(l, l.GetProperty("actor").GetString()!, "api 10.0.0.1"));
        lines.ShouldAllBe(l => !Holds(l, "mallory", Source(l)));
        foreach (var chain in lines.GroupBy(l => l.GetProperty("link").GetProperty("chain").GetGuid()))
        {
            var before = new string('0', 64);
            foreach (var link in chain.Select(l => l.GetProperty("link")).OrderBy(l => l.GetProperty("position").GetInt64()))
            {
                link.GetProperty("before").GetString().ShouldBe(before);
                before = link.GetProperty("hash").GetString()!;
            }
        }
    }

    private async Task<List<JsonElement>> ReadAsync()
    {
        var text = await server.Operator.GetStringAsync("/api/v1/audit/export");
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement)];
    }

    private static string? Source(JsonElement line) => Text(line, "source");

    private static string? Text(JsonElement line, string name) => line.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static bool Holds(JsonElement line, string actor, string? source)
    {
        var link = line.GetProperty("link");
        using var bytes = new MemoryStream();
        bytes.WriteByte((byte)link.GetProperty("format").GetInt32());
        bytes.Write(Convert.FromHexString(link.GetProperty("before").GetString()!));
        bytes.Write(link.GetProperty("chain").GetGuid().ToByteArray(bigEndian: true));
        Number(link.GetProperty("position").GetInt64());
        Number(line.GetProperty("number").GetInt64());
        Number(line.GetProperty("ticks").GetInt64());
        Say(actor);
        Say(line.GetProperty("code").GetString());
        Say(Text(line, "zone"));
        Say(Text(line, "zoneUpgrade")?.Replace("-", "", StringComparison.Ordinal));
        Say(Text(line, "rollout")?.Replace("-", "", StringComparison.Ordinal));
        var args = line.GetProperty("args").EnumerateObject().OrderBy(a => a.Name, StringComparer.Ordinal).ToList();
        Number(args.Count);
        foreach (var arg in args)
        {
            Say(arg.Name);
            Say(arg.Value.GetString());
        }

        Say(source);
        Say(Text(line, "outcome"));
        return Convert.ToHexStringLower(SHA256.HashData(bytes.ToArray())) == link.GetProperty("hash").GetString();

        void Number(long value)
        {
            Span<byte> eight = stackalloc byte[8];
            BinaryPrimitives.WriteInt64BigEndian(eight, value);
            bytes.Write(eight);
        }

        void Say(string? text)
        {
            Number(text is null ? -1 : Encoding.UTF8.GetByteCount(text));
            if (text is not null)
                bytes.Write(Encoding.UTF8.GetBytes(text));
        }
    }
}
