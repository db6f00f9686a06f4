namespace Fleet.Hosting.Metrics;

/// <summary>The file system of the data folder.</summary>
internal sealed class DataDisk(string folder)
{
    public long? Free => Read(d => d.AvailableFreeSpace);

    public long? Size => Read(d => d.TotalSize);

    private long? Read(Func<DriveInfo, long> read)
    {
        try
        {
            return read(new DriveInfo(folder));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // Nothing is known of it now; a metric that is absent says so.
            return null;
        }
    }
}
