using Fleet.Hosting.Bus;
using Fleet.Orchestration.Store;
using Fleet.Testing;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace Fleet.Orchestration.Tests.Wire;

/// <summary>Nothing starts that would speak in clear with another machine.</summary>
public sealed class WireOptionsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Theory]
    [InlineData("amqps://u:hidden@broker/fleet", "")]
    [InlineData("amqps://u:hidden@broker:5671/fleet", "")]
    [InlineData("amqp://u:hidden@127.0.0.1/fleet", "")]
    [InlineData("amqp://u:hidden@localhost:5672/fleet", "")]
    [InlineData("amqp://u:hidden@[::1]:5672/fleet", "")]
    [InlineData("amqp://u:hidden@broker/fleet", "in clear")]
    [InlineData("amqp://u:hidden@10.0.0.1:5672", "in clear")]
    [InlineData("amqp://u:hidden@localhost.example.org", "in clear")]
    [InlineData("amqp://u:hidden@broker:5671", "write amqps")]
    public void A_broker_on_another_machine_takes_amqps(string uri, string problem)
    {
        var problems = Problems(("Fleet:Bus:Uri", uri), ("Fleet:Bus:KeyFile", BusKey.WriteTo(folder.Path)));
        if (problem.Length == 0)
            problems.ShouldBeEmpty();
        else
            problems.ShouldHaveSingleItem().ShouldContain(problem);
        string.Concat(problems).ShouldNotContain("hidden");
    }

    [Fact]
    public void Plain_amqp_to_another_machine_is_said_explicitly() =>
        Problems(("Fleet:Bus:Uri", "amqp://u:p@broker"), ("Fleet:Bus:AllowPlain", "true"), ("Fleet:Bus:KeyFile", BusKey.WriteTo(folder.Path))).ShouldBeEmpty();

    [Fact]
    public void Rabbitmq_without_a_key_does_not_start() => Problems(("Fleet:Bus:Uri", "amqps://u:p@broker")).ShouldHaveSingleItem().ShouldContain("Fleet:Bus:KeyFile is missing");

    [Theory]
    [InlineData("secret-that-is-no-base64!", "line 2 is no key")]
    [InlineData("c2hvcnQ=", "line 2 is no key")]
    [InlineData("", "has no key")]
    public void A_key_that_is_none_is_told_by_its_line_and_not_shown(string key, string problem)
    {
        var path = Path.Combine(folder.Path, "bad.key");
        File.WriteAllText(path, $"# a key\n{key}\n");
        var told = Problems(("Fleet:Bus:Uri", "amqps://u:p@broker"), ("Fleet:Bus:KeyFile", path)).ShouldHaveSingleItem();
        told.ShouldContain(problem);
        if (key.Length > 0)
            told.ShouldNotContain(key);
    }

    [Fact]
    public void All_that_is_wrong_is_told_at_once()
    {
        var problems = Problems(
            ("Fleet:Bus:Uri", "http://broker"), ("Fleet:Bus:Ca", "/nowhere/ca.pem"), ("Fleet:Bus:Certificate", "/nowhere/own.pem"), ("Fleet:Bus:AcceptUnsigned", "maybe"), ("Fleet:Bus:Pools", "Default"));
        foreach (var key in new[] { "Fleet:Bus:Uri", "Fleet:Bus:Ca", "Fleet:Bus:Certificate", "Fleet:Bus:AcceptUnsigned", "Fleet:Bus:Pools", "Fleet:Bus:KeyFile" })
            problems.ShouldContain(p => p.StartsWith(key, StringComparison.Ordinal), key);
    }

    [Theory]
    [InlineData("Host=127.0.0.1;Database=f", SslMode.Prefer)]
    [InlineData("Host=/run/postgresql;Database=f", SslMode.Prefer)]
    [InlineData("Host=localhost:5433;Database=f", SslMode.Prefer)]
    [InlineData("Host=db;Database=f", SslMode.VerifyFull)]
    [InlineData("Host=db1,db2:5433;Database=f", SslMode.VerifyFull)]
    [InlineData("Host=[::1]:5433;Database=f", SslMode.Prefer)]
    [InlineData("Host=[::1;Database=f", SslMode.VerifyFull)]
    [InlineData("Host=127.0.0.1,db2;Database=f;SSL Mode=VerifyFull", SslMode.VerifyFull)]
    public void A_database_on_another_machine_is_verified_in_full(string connection, SslMode mode)
    {
        var problems = new List<string>();
        new NpgsqlConnectionStringBuilder(StoreEncryption.Apply(connection, null, allowPlain: false, problems)).SslMode.ShouldBe(mode);
        problems.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Disable")]
    [InlineData("Allow")]
    [InlineData("Require")]
    [InlineData("VerifyCA")]
    public void A_weaker_way_to_a_database_does_not_start(string mode)
    {
        var problems = new List<string>();
        StoreEncryption.Apply($"Host=db;Password=hidden;SSL Mode={mode}", null, allowPlain: false, problems);
        problems.ShouldHaveSingleItem().ShouldContain($"SSL Mode={mode} for db");
        problems[0].ShouldNotContain("hidden");
        problems.Clear();
        StoreEncryption.Apply($"Host=db;SSL Mode={mode}", null, allowPlain: true, problems).ShouldContain(mode);
        problems.ShouldBeEmpty();
    }

    public void Dispose() => folder.Dispose();

    private static List<string> Problems(params (string Key, string Value)[] settings)
    {
        var problems = new List<string>();
        var values = settings.Append(("Fleet:Bus:Transport", "rabbitmq")).ToDictionary(s => s.Item1, s => (string?)s.Item2);
        BusOptions.Read(new ConfigurationBuilder().AddInMemoryCollection(values).Build(), problems);
        return problems;
    }
}
