using Fleet.Server.Access;
using Fleet.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Fleet.Server.Tests.Access;

public sealed class ServerCertificateTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly Authority authority;

    public ServerCertificateTests() => authority = new Authority(folder.Path);

    public void Dispose()
    {
        authority.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void A_certificate_that_came_before_its_time_is_shown_once_it_is_valid()
    {
        var clock = new Clock();
        var (certificate, key) = (Path.Combine(folder.Path, "tls.crt"), Path.Combine(folder.Path, "tls.key"));
        Install(authority.Issue(null, "old.example.org"));
        using var shown = new ServerCertificate(certificate, key, clock, NullLogger<ServerCertificate>.Instance);
        Subject().ShouldBe("CN=old.example.org");

        // Valid from thirty days on.
        Install(authority.Issue(TimeSpan.FromDays(90), "new.example.org"));
        clock.Now += TimeSpan.FromDays(1);
        Subject().ShouldBe("CN=old.example.org");
        clock.Now += TimeSpan.FromDays(30);
        Subject().ShouldBe("CN=new.example.org");

        string Subject() => shown.Current.TargetCertificate.Subject;

        void Install(Issued issued)
        {
            File.Copy(issued.Certificate, certificate, overwrite: true);
            File.Copy(issued.Key, key, overwrite: true);
        }
    }

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = System.GetUtcNow();

        public override DateTimeOffset GetUtcNow() => Now;

        public override long GetTimestamp() => Now.UtcTicks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;
    }
}
