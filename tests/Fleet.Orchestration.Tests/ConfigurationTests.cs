using Microsoft.Extensions.Configuration;

namespace Fleet.Orchestration.Tests;

public sealed class ConfigurationTests
{
    [Fact]
    public void Every_wrong_setting_is_named_with_its_value_and_what_is_allowed()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Fleet:Store:Provider"] = "oracle",
            ["Fleet:Lease"] = "soon",
            ["Fleet:Reconciler:Interval"] = "1.00:00:00",
            ["Fleet:Transcripts:MaxBytes"] = "3",
        }).Build();
        var problems = OrchestrationRegistration.Problems(configuration);
        problems.Count.ShouldBe(4);
        problems[0].ShouldBe("Fleet:Lease is \"soon\"; allowed are times from 00:00:01 to 01:00:00, like 00:00:30.");
        problems.ShouldContain(p => p.Contains("\"oracle\"; allowed are sqlite and postgres", StringComparison.Ordinal));
    }

    [Fact]
    public void Where_several_cut_the_audit_their_key_must_be_given()
    {
        static IReadOnlyList<string> Problems(params (string Key, string Value)[] settings) =>
            OrchestrationRegistration.Problems(new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create<string, string?>(s.Key, s.Value))).Build());
        Problems(("Fleet:Audit:Retention", "400.00:00:00")).ShouldBeEmpty();
        Problems(("Fleet:Audit:Retention", "01:00:00")).Single().ShouldContain("Fleet:Audit:Retention");
        Problems(("Fleet:Audit:SigningKey", "/etc/key")).Single().ShouldContain("file:/etc/fleet/audit-key.pem");
        (string, string)[] shared = [("Fleet:Store:Provider", "postgres"), ("Fleet:Store:ConnectionString", "Host=db"), ("Fleet:Audit:Retention", "400.00:00:00")];
        Problems(shared).Single().ShouldContain("Fleet:Audit:SigningKey is missing");
        Problems([.. shared, ("Fleet:Audit:SigningKey", "file:/etc/fleet/audit-key.pem")]).ShouldBeEmpty();
    }

    [Fact]
    public void Without_settings_it_is_one_process_on_sqlite()
    {
        var read = OrchestrationConfiguration.Read(new ConfigurationBuilder().Build());
        read.Problems.ShouldBeEmpty();
        read.Options.SingleProcess.ShouldBeTrue();
        read.Options.Lease.ShouldBe(TimeSpan.FromSeconds(30));
        read.Store.ConnectionString.ShouldBe("Data Source=fleet-data/fleet.db");
    }
}
