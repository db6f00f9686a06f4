namespace Fleet.Worker.Artifacts;

/// <summary>Where an upload goes: a part file that names its epoch, then the final name.</summary>
internal sealed record UploadPaths(string Final, long Epoch)
{
    public string Part => PartOf(Epoch);

    public string PartOf(long epoch) => $"{Final}.part-{epoch}";
}

/// <summary>What lies there.</summary>
/// <param name="FreeBytes">Null: df did not say.</param>
internal sealed record RemoteFiles(RemoteFile? Final, IReadOnlyList<RemotePart> Parts, long? FreeBytes)
{
    public static RemoteFiles Parse(string answer)
    {
        RemoteFile? final = null;
        var parts = new List<RemotePart>();
        long? free = null;
        foreach (var words in answer.Split('\n').Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)))
        {
            switch (words)
            {
                case ["final", var size, var digest] when long.TryParse(size, out var bytes):
                    final = new RemoteFile(bytes, digest);
                    break;
                case ["part", var size, var epoch] when long.TryParse(size, out var bytes) && long.TryParse(epoch, out var number):
                    parts.Add(new RemotePart(number, bytes));
                    break;
                case ["free", var kibibytes] when long.TryParse(kibibytes, out var blocks):
                    free = blocks * 1024;
                    break;
            }
        }

        return new RemoteFiles(final, parts, free);
    }
}

internal sealed record RemoteFile(long Size, string Digest);

internal sealed record RemotePart(long Epoch, long Size);

/// <summary>Which part is gone on with: ours, else the newest older one, renamed to ours under the fence; other older ones are removed.</summary>
internal sealed record UploadPlan(RemotePart? Resume, RemotePart? TakeOver, IReadOnlyList<RemotePart> Stale)
{
    public bool NeedsChange => TakeOver is not null || Stale.Count > 0;

    public static UploadPlan Of(IReadOnlyList<RemotePart> parts, UploadPaths paths)
    {
        var ours = parts.FirstOrDefault(p => p.Epoch == paths.Epoch);
        var older = parts.Where(p => p.Epoch < paths.Epoch).OrderByDescending(p => p.Epoch).ToList();
        return ours is not null ? new UploadPlan(ours, TakeOver: null, older) : new UploadPlan(older.FirstOrDefault(), older.FirstOrDefault(), [.. older.Skip(1)]);
    }
}
