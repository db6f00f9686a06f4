using Fleet.Runbooks.Model;

namespace Fleet.Runbooks.Loading;

internal static class ConditionReader
{
    public static Condition Read(MapReader owner, LoadProblems problems)
    {
        if (owner.Node("when") is not { } node || MapReader.Of(node, Keys.Condition, problems) is not { } reader)
            return Condition.Always;
        var facts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in reader.Pairs("facts"))
            facts[key.Value] = value.Value;
        return new Condition
        {
            ZoneKind = reader.Choice("zoneKind", Keys.ZoneKinds),
            SpecialSubZone = reader.OptionalFlag("specialSubZone"),
            InstallerFrom = reader.Version("installerFrom"),
            InstallerBefore = reader.Version("installerBefore"),
            Facts = facts,
        };
    }
}
