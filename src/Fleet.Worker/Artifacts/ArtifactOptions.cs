using Microsoft.Extensions.Options;

namespace Fleet.Worker.Artifacts;

/// <summary>Section <c>Fleet:Server</c>: where a worker finds runbooks and packages.</summary>
public sealed class ServerAccessOptions
{
    public const string Section = "Fleet:Server";

    /// <summary>Like <c>http://127.0.0.1:7070</c>.</summary>
    public string Url { get; set; } = "http://127.0.0.1:7070";

    /// <summary>The worker token; or <see cref="TokenFile"/>.</summary>
    public string? Token { get; set; }

    /// <summary>A file that holds the worker token; read at each start of a download, so that it may be renewed.</summary>
    public string? TokenFile { get; set; }
}

/// <summary>Section <c>Fleet:Artifacts</c>: what a worker keeps of them.</summary>
public sealed class ArtifactOptions
{
    public const string Section = "Fleet:Artifacts";

    /// <summary>A folder of this worker's own, or shared by the workers of one machine.</summary>
    public string Folder { get; set; } = Path.Combine(Path.GetTempPath(), "fleet-artifacts");

    /// <summary>Bytes kept in all; the longest unused go first. 64 MiB and more.</summary>
    public long MaxBytes { get; set; } = 20L << 30;

    /// <summary>A download that brings nothing for so long is begun again where it was. 1 s … 10 min.</summary>
    public TimeSpan StallTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Tries in a row that bring nothing before it is given up. 1 … 100.</summary>
    public int Tries { get; set; } = 5;

    /// <summary>Wait before a second try; doubled for each further one up to 30 s. 0 … 30 s.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(0.5);
}

internal sealed class ArtifactOptionsCheck : IValidateOptions<ArtifactOptions>, IValidateOptions<ServerAccessOptions>
{
    public ValidateOptionsResult Validate(string? name, ArtifactOptions options)
    {
        var problems = new List<string>();
        if (!Path.IsPathRooted(options.Folder))
            problems.Add($"{ArtifactOptions.Section}:Folder is \"{options.Folder}\"; it must be an absolute path.");
        Within(problems, nameof(options.MaxBytes), options.MaxBytes, 64L << 20, long.MaxValue);
        Within(problems, nameof(options.StallTimeout), options.StallTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10));
        Within(problems, nameof(options.Tries), options.Tries, 1, 100);
        Within(problems, nameof(options.RetryDelay), options.RetryDelay, TimeSpan.Zero, TimeSpan.FromSeconds(30));
        return Told(problems);
    }

    public ValidateOptionsResult Validate(string? name, ServerAccessOptions options)
    {
        var problems = new List<string>();
        if (!Uri.TryCreate(options.Url, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            problems.Add($"{ServerAccessOptions.Section}:Url is \"{options.Url}\"; it must be an absolute http or https address.");
        if (options is { Token: not null, TokenFile: not null })
            problems.Add($"{ServerAccessOptions.Section}:Token and TokenFile are both set; set one.");
        return Told(problems);
    }

    private static void Within<T>(List<string> problems, string key, T value, T least, T most)
        where T : IComparable<T>
    {
        if (value.CompareTo(least) < 0 || value.CompareTo(most) > 0)
            problems.Add($"{ArtifactOptions.Section}:{key} is {value}; it must be {least} … {most}.");
    }

    private static ValidateOptionsResult Told(List<string> problems) => problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
}
