using Fleet.Contracts.Decisions;

namespace Fleet.Worker.Artifacts;

/// <summary>Files by digest in one folder, bounded in bytes. A file gets its name when it is whole; until then it is <c>.part</c>. What is open or being fetched is kept, the longest unused go first.</summary>
internal sealed class ArtifactCache(string folder, long maxBytes, TimeProvider time)
{
    private const string Part = ".part";
    private readonly Lock gate = new();
    private readonly Dictionary<string, int> open = new(StringComparer.Ordinal);

    /// <summary>Whole sizes of what is being fetched.</summary>
    private readonly Dictionary<string, long> promised = new(StringComparer.Ordinal);

    public string PartOf(string digest) => Path.Combine(Directory.CreateDirectory(folder).FullName, digest + Part);

    /// <returns>Null: it is not here.</returns>
    public Stream? TryOpen(string digest)
    {
        var path = Path.Combine(folder, digest);
        lock (gate)
        {
            try
            {
                var stream = new KeptStream(path, () => Close(digest));
                open[digest] = open.GetValueOrDefault(digest) + 1;
                File.SetLastWriteTimeUtc(path, time.GetUtcNow().UtcDateTime);
                return stream;
            }
            catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
            {
                return null;
            }
        }
    }

    /// <summary>Makes room for a file of this size before it comes.</summary>
    /// <exception cref="ArtifactException">It does not fit beside what is in use.</exception>
    public void Promise(string digest, long size)
    {
        lock (gate)
        {
            promised[digest] = size;
            var whole = new DirectoryInfo(folder).EnumerateFiles().Where(f => !promised.ContainsKey(f.Name) && !IsPromisedPart(f.Name)).OrderBy(f => f.LastWriteTimeUtc).ToList();
            var total = promised.Values.Sum() + whole.Sum(f => f.Length);
            foreach (var file in whole.Where(f => !open.ContainsKey(f.Name)))
            {
                if (total <= maxBytes)
                    break;
                total -= file.Length;
                file.Delete();
            }

            if (total <= maxBytes)
                return;
            promised.Remove(digest);
            throw new ArtifactException(Finding.Of("artifact-cache-full", ("digest", digest), ("size", $"{size}"), ("folder", folder), ("limit", $"{maxBytes}")));
        }
    }

    /// <summary>The part is whole: it gets its name.</summary>
    public void Keep(string digest)
    {
        lock (gate)
        {
            File.Move(PartOf(digest), Path.Combine(folder, digest), overwrite: true);
            promised.Remove(digest);
        }
    }

    /// <summary>Fetching ended without the whole; what came is kept to go on from.</summary>
    public void Forget(string digest)
    {
        lock (gate)
            promised.Remove(digest);
    }

    private bool IsPromisedPart(string name) => name.EndsWith(Part, StringComparison.Ordinal) && promised.ContainsKey(name[..^Part.Length]);

    private void Close(string digest)
    {
        lock (gate)
        {
            if (--open[digest] == 0)
                open.Remove(digest);
        }
    }

    private sealed class KeptStream(string path, Action closed) : FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 256 * 1024, FileOptions.SequentialScan)
    {
        private int left;

        protected override void Dispose(bool disposing)
        {
            base.Dispose(disposing);
            if (disposing && Interlocked.Exchange(ref left, 1) == 0)
                closed();
        }
    }
}
