using Fleet.Runbooks.Facts;

namespace Fleet.Worker.Steps.CheckVersions;

/// <summary>What later steps need to know of versions, as facts.</summary>
internal static class VersionFacts
{
    /// <param name="backupRoot">Where the vendor's scripts keep their backups.</param>
    public static Dictionary<string, string> Of(ZoneReading zone, Standing standing, Target target, string backupRoot)
    {
        var facts = new Dictionary<string, string>(StringComparer.Ordinal) { ["standing"] = Word(standing.Kind) };
        if (zone.Version is not { } version)
            return facts;
        Add("versions.installer", version.Installer);
        Add("versions.qingcloud", version.Qingcloud);
        Add("versions.upgrade", version.Upgrade ?? version.OldUpgrade);
        Add("versions.new-upgrade", version.NewUpgrade);

        // Once this target's bootstrap has written version.json, what was there before is the newest of the old ones. Until then, in another unfinished upgrade too, it backs up what is current.
        var written = VersionNumber.Compare(version.Installer, target.Installer) == 0 && VersionNumber.Compare(version.Qingcloud, target.Qingcloud) == 0;
        var before = !written || standing.Kind is StandingKind.ToUpgrade || version.Old.Count == 0
            ? new OldVersion(version.Installer, version.Qingcloud, version.Upgrade)
            : version.Old.Where(o => VersionNumber.TryParse(o.Installer, out _)).OrderByDescending(o => VersionNumber.Parse(o.Installer!)).FirstOrDefault();
        if (before is { Installer: not null, Qingcloud: not null })
        {
            Add("versions.old-installer", before.Installer);
            Add("versions.old-qingcloud", before.Qingcloud);
            Add("versions.old-upgrade", before.Upgrade ?? version.OldUpgrade);
            Add("backup.version", $"{before.Installer}-{before.Qingcloud}");
            Add("backup.folder", $"{backupRoot.TrimEnd('/')}/{before.Installer}-{before.Qingcloud}");
        }

        return facts;

        void Add(string name, string? value)
        {
            if (value is not null)
                facts[name] = value;
        }
    }

    public static string Word(StandingKind kind) => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(kind.ToString());

    public static string Word(MidUpgradeReason reason) => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(reason.ToString());
}
