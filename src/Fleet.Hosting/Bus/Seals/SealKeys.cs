using Microsoft.Extensions.Logging;

namespace Fleet.Hosting.Bus.Seals;

/// <summary>The keys of <see cref="BusOptions.KeyFile"/>, read again when the file changes: keys rotate while everything runs. What cannot be read leaves those that were.</summary>
internal sealed partial class SealKeys(string file, TimeProvider time, ILogger<SealKeys> logger)
{
    private const int LeastBytes = 32;
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private IReadOnlyList<byte[]> _keys = [];
    private DateTime _written;
    private long _lookedAt;

    /// <summary>The first one seals, all of them open.</summary>
    public IReadOnlyList<byte[]> Current
    {
        get
        {
            lock (_lock)
            {
                if (_keys.Count == 0 || time.GetElapsedTime(_lookedAt) >= Look)
                    Refresh();
                return _keys;
            }
        }
    }

    /// <param name="problems">Gets what is wrong with the file; keys are never shown.</param>
    public static IReadOnlyList<byte[]> Read(string file, ICollection<string> problems)
    {
        var (keys, before) = (new List<byte[]>(), problems.Count);
        try
        {
            foreach (var (line, number) in File.ReadAllLines(file).Select((l, i) => (l.Trim(), i + 1)).Where(l => l.Item1.Length > 0 && l.Item1[0] != '#'))
            {
                var key = new byte[line.Length];
                if (Convert.TryFromBase64String(line, key, out var length) && length >= LeastBytes)
                    keys.Add(key[..length]);
                else
                    problems.Add($"Fleet:Bus:KeyFile is \"{file}\", whose line {number} is no key: each line takes base64 of {LeastBytes} bytes or more, as \"openssl rand -base64 32\" makes them.");
            }

            if (keys.Count == 0 && problems.Count == before)
                problems.Add($"Fleet:Bus:KeyFile is \"{file}\", which has no key; make one with \"openssl rand -base64 32\".");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add($"Fleet:Bus:KeyFile is \"{file}\", which cannot be read: {e.Message}");
        }

        return keys;
    }

    private void Refresh()
    {
        _lookedAt = time.GetTimestamp();
        var written = File.GetLastWriteTimeUtc(file);
        if (_keys.Count > 0 && written == _written)
            return;
        var problems = new List<string>();
        var read = Read(file, problems);
        if (problems.Count == 0)
        {
            if (_keys.Count > 0)
                LogChanged(file, read.Count);
            (_keys, _written) = (read, written);
        }
        else if (_keys.Count == 0)
        {
            throw new InvalidOperationException(problems[0]);
        }
        else
        {
            LogUnreadable(problems[0]);
        }
    }

    [LoggerMessage(4020, LogLevel.Information, "The keys in {File} changed; there are {Count} now")]
    private partial void LogChanged(string file, int count);

    [LoggerMessage(4021, LogLevel.Warning, "The keys stay as they were: {Problem}")]
    private partial void LogUnreadable(string problem);
}
