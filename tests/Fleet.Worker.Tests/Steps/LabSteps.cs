using Fleet.Contracts.Phases;
using Fleet.Runbooks.Builtin;
using Fleet.Runbooks.Model;
using Fleet.Worker.Tests.Ssh;
using Fleet.ZoneLab;

namespace Fleet.Worker.Tests.Steps;

/// <summary>A simulated zone of its own for each test.</summary>
internal static class LabSteps
{
    public static Runbook Runbook { get; } = BuiltinRunbooks.Find(BuiltinRunbooks.QingcloudUpgrade)!;

    public static async Task<LabStep> ZoneAsync(string profile)
    {
        var token = TestContext.Current.CancellationToken;
        var lab = await Lab.StartAsync(new LabOptions { Zones = [new ZoneSpec("pek1", profile)] }, token);
        try
        {
            var zone = lab.Zones["pek1"];
            using var firstboxes = SshWorld.Firstboxes(o => o.ConnectTries = 4);
            return new LabStep(lab, zone, await firstboxes.ConnectAsync(zone.Name, Connection(zone), token));
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }
    }

    public static FirstboxConnection Connection(LabZone zone) =>
        new() { Firstbox = new SshHop { Host = zone.Host, Port = zone.Port, User = zone.User, Identity = $"file:{zone.IdentityFile}", HostKey = zone.HostKeyFingerprint } };
}
