namespace Fleet.Worker.Redaction;

/// <summary>What this worker has read to log in to each zone, so that it can be hidden wherever it is printed. In memory only.</summary>
internal sealed class KnownSecrets
{
    /// <summary>Of a secret that is another each time, like a one-time password, the newest are enough.</summary>
    private const int Kept = 8;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Zone> _zones = new(StringComparer.Ordinal);

    /// <param name="what">Like <c>the password of ops@bastion:22</c>.</param>
    public void Add(string zone, string what, string secret)
    {
        lock (_lock)
        {
            if (!_zones.TryGetValue(zone, out var known))
                _zones[zone] = known = new Zone();
            if (!known.Secrets.TryGetValue(what, out var values))
                known.Secrets[what] = values = [];
            if (values.Remove(secret))
            {
                values.Add(secret);
                return;
            }

            values.Add(secret);
            if (values.Count > Kept)
                values.RemoveAt(0);
            known.Matcher = null;
        }
    }

    /// <summary>The same object for as long as nothing new is known.</summary>
    public SecretMatcher Of(string zone)
    {
        lock (_lock)
        {
            if (!_zones.TryGetValue(zone, out var known))
                return SecretMatcher.Nothing;
            return known.Matcher ??= new SecretMatcher(known.Secrets.Values.SelectMany(v => v).SelectMany(SecretForms.Of));
        }
    }

    private sealed class Zone
    {
        public Dictionary<string, List<string>> Secrets { get; } = new(StringComparer.Ordinal);

        public SecretMatcher? Matcher { get; set; }
    }
}
