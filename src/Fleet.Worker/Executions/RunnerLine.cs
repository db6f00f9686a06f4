using System.Globalization;

namespace Fleet.Worker.Executions;

/// <summary>A line that the runner said: a word and its fields. The field <c>verdict</c> is free text and takes the rest of the line. Unknown fields are left alone: a newer runner may say more.</summary>
internal sealed record RunnerLine(string Word, IReadOnlyDictionary<string, string> Fields)
{
    public const string Prefix = "fleet1 ";
    private const string LastField = "verdict";

    /// <summary>Null when the line is no line of the runner.</summary>
    public static RunnerLine? Parse(string line)
    {
        if (!line.StartsWith(Prefix, StringComparison.Ordinal))
            return null;
        var rest = line.AsSpan(Prefix.Length);
        var word = NextToken(ref rest);
        if (word.Length == 0)
            return null;
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        while (rest.Length > 0)
        {
            if (rest.StartsWith(LastField + "=", StringComparison.Ordinal))
            {
                fields[LastField] = rest[(LastField.Length + 1)..].ToString();
                break;
            }

            var token = NextToken(ref rest);
            var at = token.IndexOf('=');
            if (at <= 0)
                return null;
            fields[token[..at].ToString()] = token[(at + 1)..].ToString();
        }

        return new RunnerLine(word.ToString(), fields);
    }

    /// <summary>A field's text; null for <c>-</c> and for one that is not there.</summary>
    public string? Text(string name) => Fields.TryGetValue(name, out var value) && value is not ("-" or "") ? value : null;

    public bool Flag(string name) => Text(name) == "1";

    public long? Number(string name) => long.TryParse(Text(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;

    public Refusal Refusal => Word != "refused" ? Refusal.None : Text("why") switch
    {
        "fenced" => Refusal.Fenced,
        "ahead" => Refusal.Ahead,
        "foreign-installation" => Refusal.ForeignInstallation,
        "rebooted" => Refusal.Rebooted,
        "busy" => Refusal.Busy,
        "id-conflict" => Refusal.IdConflict,
        "not-running" => Refusal.NotRunning,
        "disk-full" => Refusal.DiskFull,
        "lock-timeout" => Refusal.LockTimeout,
        "unsupported" => Refusal.Unsupported,
        "not-started" => Refusal.NotStarted,
        _ => Refusal.BadInput,
    };

    /// <summary>Null when the line tells no state.</summary>
    public ExecutionStatus? Status()
    {
        if (Text("state") is not { } word || !TryState(word, out var state) || Text("boot") is not { } boot)
            return null;
        return new ExecutionStatus(
            state,
            state == ExecutionState.Exited ? (int?)Number("exit") : null,
            Flag("cancelled"),
            Number("printed") ?? 0,
            Number("kept") ?? 0,
            Flag("blocked"),
            boot,
            Number("fence") ?? 0,
            Text("installation"),
            Text("active"),
            (int)(Number("live") ?? 0))
        {
            Truncated = Text("truncated") is not null,
            Cleaned = Flag("cleaned"),
            Verdict = Text(LastField),
        };
    }

    private static bool TryState(string word, out ExecutionState state)
    {
        (var known, state) = word switch
        {
            "absent" => (true, ExecutionState.Absent),
            "staged" => (true, ExecutionState.Staged),
            "running" => (true, ExecutionState.Running),
            "exited" => (true, ExecutionState.Exited),
            "orphan" => (true, ExecutionState.Orphan),
            "lost" => (true, ExecutionState.Lost),
            _ => (false, default),
        };
        return known;
    }

    private static ReadOnlySpan<char> NextToken(ref ReadOnlySpan<char> rest)
    {
        var end = rest.IndexOf(' ');
        var token = end < 0 ? rest : rest[..end];
        rest = end < 0 ? default : rest[(end + 1)..];
        return token;
    }
}
