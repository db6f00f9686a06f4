using System.Text;

namespace Fleet.ZoneLab;

/// <summary>The lab's zones as a file for <c>fleet zones import</c>.</summary>
internal static class Inventory
{
    public static string Write(IReadOnlyCollection<LabZone> zones)
    {
        var global = zones.FirstOrDefault(zone => zone.Shape.Ids[0].Kind == "global")?.Name;
        var text = new StringBuilder("apiVersion: fleet/v1\nzones:\n");
        var first = true;
        foreach (var zone in zones)
        {
            var shape = zone.Shape;
            text.Append($"  - name: {zone.Name}\n");
            text.Append($"    firstbox:\n      host: {zone.Host}\n      port: {zone.Port}\n      user: {zone.User}\n");
            if (zone.IdentityFile is { } identity)
                text.Append($"      identity: \"file:{identity}\"\n");
            if (zone.PasswordFile is { } password)
                text.Append($"      password: \"file:{password}\"\n");
            text.Append($"      hostKey: \"{zone.HostKeyFingerprint}\"\n");
            if (shape.Login == LoginShape.Sudo)
                text.Append("    become: sudo\n");
            if (zone.SudoPasswordFile is { } sudo)
                text.Append($"    becomePassword: \"file:{sudo}\"\n");
            if (shape.OldAlgorithms)
                text.Append("    legacyAlgorithms: [ssh-rsa, diffie-hellman-group14-sha1, hmac-sha1]\n");
            if (shape.IsRegion)
            {
                text.Append("    zoneIds:\n");
                foreach (var id in shape.Ids)
                    text.Append($"      - {{id: {id.Id}, kind: {id.Kind}{(id.Special ? ", specialSubZone: true" : "")}}}\n");
            }
            else
            {
                var kind = shape.DeclaredKind ?? shape.Ids[0].Kind;
                text.Append($"    kind: {kind}\n");
                if (shape.Ids[0].Special)
                    text.Append("    specialSubZone: true\n");
                if (kind == "sub" && global is not null && global != zone.Name)
                    text.Append($"    global: {global}\n");
            }
            if (shape.LegacyQemu)
                text.Append("    legacyQemu: true\n");
            text.Append($"    labels: {{profile: \"{zone.Profile}\", tier: {(first ? "canary" : "rest")}}}\n");
            first = false;
        }
        return text.ToString();
    }
}
