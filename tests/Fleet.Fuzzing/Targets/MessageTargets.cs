using System.Reflection;
using System.Text;
using System.Text.Json;
using Fleet.Cli.Backups;
using Fleet.Contracts;
using Fleet.Hosting.Bus;
using Fleet.Server.Api;
using Fleet.Server.Api.Bodies;
using Fleet.Server.Packages;
using Fleet.Signatures;
using RabbitMQ.Client;

namespace Fleet.Fuzzing.Targets;

/// <summary>What comes over the wire and in archives: messages, bodies, headers, packages.</summary>
internal static class MessageTargets
{
    /// <summary>By an ed25519 key that nobody has any more, of nothing that is here.</summary>
    private static readonly string Signature = Convert.ToBase64String(
        [.. "SSHSIG"u8, 0, 0, 0, 1, .. SshWire.Join(SshWire.Join("ssh-ed25519"u8.ToArray(), new byte[32]), "fleet-runbook"u8.ToArray(), [], "sha512"u8.ToArray(), SshWire.Join("ssh-ed25519"u8.ToArray(), new byte[64]))]);

    public static IReadOnlyList<Target> All { get; } =
    [
        .. Bodies(),
        .. Messages(),
        new("transcript-headers", ["0000"u8.ToArray()], ReadHeaders),
        new("package", Archives.Seeds, ReadPackage),
        Target.OfText("signature", t => ReadSignature(t), Signature),
        Target.OfText("signers", t => SignerList.Parse(t), "ann@example.com namespaces=\"fleet-*\",valid-before=\"20270101Z\" ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIE45oMuFSSIKLbpC8VqyARxHtdFRuF8u7FKVHAN2ZPGv c\n# x\n"),
        Target.OfText("package-version", t => PackageArchive.Parse(t), """{"installer": "4.3.2", "patch": "20261101", "upgrade": "20261030", "qingcloud": "20261101"}"""),
        Target.OfText("package-name", t => PackageName.Parse(t), "qingcloud-installer_4.3.2-20261101_amd64.tar.gz"),
        Target.OfText("backup-manifest", t => JsonSerializer.Deserialize<BackupManifest>(t, ApiJson.Options), """{"format": 2, "fleet": "0.1.0", "taken": "2026-11-01T00:00:00Z", "entries": [{"name": "store/x", "size": 1, "sha256": "00"}]}""") with { Declared = e => e is JsonException },
    ];

    private static void ReadPackage(byte[] bytes)
    {
        var read = PackageArchive.ReadAsync(new MemoryStream(bytes), CancellationToken.None);
        Held.That(read.IsCompleted, "what is in memory is read at once");
        if (read.Exception is { } failed)
            throw failed.InnerExceptions[0];
    }

    private static void ReadSignature(string text)
    {
        if (SshSignature.Parse(text) is not { } signature)
            return;
        signature.Check(SignatureChecks.Hashes([]), SignatureChecks.Runbook);
        Held.That(SshSignature.Parse(signature.Armored)?.Line == signature.Line, "a signature as written is read as the same");
    }

    /// <summary>The bodies that the API takes, each by its record.</summary>
    private static IEnumerable<Target> Bodies() =>
        from type in typeof(ApiJson).Assembly.GetTypes()
        where type.Name.EndsWith("Request", StringComparison.Ordinal) && type is { IsPublic: true, IsClass: true } && type.GetMethod("<Clone>$") is not null
        orderby type.Name
        select new Target($"body-{JsonNamingPolicy.KebabCaseLower.ConvertName(type.Name)}", BodySeeds(type), b => ReadBody(b, type));

    private static byte[][] BodySeeds(Type type)
    {
        var members = type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(p => $"\"{JsonNamingPolicy.CamelCase.ConvertName(p.Name)}\": {Sample(p.PropertyType)}");
        return [Encoding.UTF8.GetBytes($"{{{string.Join(", ", members)}}}"), "{}"u8.ToArray(), "[]"u8.ToArray()];
    }

    private static string Sample(Type type) =>
        (Nullable.GetUnderlyingType(type) ?? type) switch
        {
            var t when t == typeof(string) => "\"pek1a\"",
            var t when t == typeof(bool) => "true",
            var t when t == typeof(DateTimeOffset) => "\"2026-12-01T22:00:00Z\"",
            var t when t.IsEnum => JsonSerializer.Serialize(Enum.GetValues(t).GetValue(0), t, ApiJson.Options),
            var t when t != typeof(string) && t.IsAssignableTo(typeof(System.Collections.IDictionary)) => "{}",
            var t when t != typeof(string) && t.IsAssignableTo(typeof(System.Collections.IEnumerable)) => "[\"a\"]",
            var t when t.IsPrimitive => "1",
            _ => "{}",
        };

    /// <summary>What has no problem must bind: the endpoint's own reader comes after.</summary>
    private static void ReadBody(byte[] body, Type type)
    {
        if (BodyReader.Problems(body, ApiJson.Options.GetTypeInfo(type)).Count == 0)
            JsonSerializer.Deserialize(body, type, ApiJson.Options);
    }

    /// <summary>The messages of the bus, from their samples. A message that cannot be read goes to the dead letters: that is what the declared exception leads to.</summary>
    private static IEnumerable<Target> Messages()
    {
        var assembly = typeof(MessageTargets).Assembly;
        var json = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        foreach (var resource in assembly.GetManifestResourceNames().Where(n => n.StartsWith("samples/", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileNameWithoutExtension(resource["samples/".Length..]);
            var type = typeof(ContractNumber).Assembly.GetExportedTypes().First(t => JsonNamingPolicy.KebabCaseLower.ConvertName(t.Name) == name);
            using var bytes = new MemoryStream();
            assembly.GetManifestResourceStream(resource)!.CopyTo(bytes);
            yield return new Target($"message-{name}", [bytes.ToArray()], b => JsonSerializer.Deserialize(b, type, json)) { Declared = e => e is JsonException };
        }
    }

    private static void ReadHeaders(byte[] bytes)
    {
        var text = Encoding.UTF8.GetString(bytes);
        var values = new object?[] { text, bytes, (long)bytes.Length, double.NaN, ulong.MaxValue, new AmqpTimestamp(7), new List<object?> { 1 }, new Dictionary<string, object?>(), decimal.MaxValue, true, null, (sbyte)-1, Encoding.UTF8.GetBytes(Guid.Empty.ToString("N")) };
        var at = 0;
        object? Next() => values[(at < bytes.Length ? bytes[at++] : at++) % values.Length];
        var properties = new BasicProperties
        {
            Headers = new Dictionary<string, object?> { ["execution"] = bytes, ["zone-upgrade"] = values[^1], ["step"] = bytes, ["attempt"] = Next(), ["offset"] = Next(), ["cut-before"] = Next() },
        };
        TranscriptHeaders.Read(properties, bytes);
    }
}
