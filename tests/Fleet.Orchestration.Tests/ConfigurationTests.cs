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
    public void Without_settings_it_is_one_process_on_sqlite()
    {
        var read = OrchestrationConfiguration.Read(new ConfigurationBuilder().Build());
        read.Problems.ShouldBeEmpty();
        read.Options.SingleProcess.ShouldBeTrue();
        read.Options.Lease.ShouldBe(TimeSpan.FromSeconds(30));
        read.Store.ConnectionString.ShouldBe("Data Source=fleet-data/fleet.db");
    }
}
