using Fleet.ZoneLab;

namespace Fleet.ZoneLab.Tests;

/// <summary>A lab for the tests of one class; each test takes a zone of its own.</summary>
public abstract class Zones(params ZoneSpec[] specs) : IAsyncLifetime
{
    private Lab? lab;

    public Lab Lab => lab ?? throw new InvalidOperationException("The lab is not started.");

    public LabZone this[string name] => Lab.Zones[name];

    public async ValueTask InitializeAsync() => lab = await Lab.StartAsync(new LabOptions { Zones = specs }, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        if (lab is not null)
            await lab.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
