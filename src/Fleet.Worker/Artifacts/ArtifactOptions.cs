using Fleet.Encryption;
using Microsoft.Extensions.Configuration;

namespace Fleet.Worker.Artifacts;

/// <summary>Section <c>Fleet:Server</c>: where a worker finds runbooks and packages.</summary>
public sealed record ServerAccessOptions
{
    public const string Section = "Fleet:Server";

    /// <summary>Like <c>http://127.0.0.1:7070</c>.</summary>
    public string Url { get; init; } = "http://127.0.0.1:7070";

    /// <summary>The worker token; or <see cref="TokenFile"/>.</summary>
    public string? Token { get; init; }

    /// <summary>A file that holds the worker token; read at each start of a download, so that it may be renewed.</summary>
    public string? TokenFile { get; init; }

    /// <summary>A PEM file with an authority that is trusted beside those of this machine; null: none.</summary>
    public string? Ca { get; init; }

    /// <summary>Whom it believes to be the server.</summary>
    internal Trust Trust { get; init; } = Trust.Read("", null, []);

    /// <param name="problems">Gets all that is wrong.</param>
    public static ServerAccessOptions Read(IConfiguration configuration, ICollection<string> problems)
    {
        var section = new SettingReader(configuration, Section, problems);
        var otherwise = new ServerAccessOptions();
        var options = new ServerAccessOptions { Url = section.Text(nameof(Url)) ?? otherwise.Url, Token = section.Text(nameof(Token)), TokenFile = section.Text(nameof(TokenFile)), Ca = section.Text(nameof(Ca)) };
        options = options with { Trust = section.Text("Pin") is { } own ? Trust.InOwn(own) : Trust.Read($"{Section}:Ca", options.Ca, problems) };
        if (!Uri.TryCreate(options.Url, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            section.Wrong(nameof(Url), options.Url, "it takes an absolute http or https address");
        if (options is { Token: not null, TokenFile: not null })
            problems.Add($"{Section}:Token and TokenFile are both set; set one.");
        return options;
    }
}

/// <summary>Section <c>Fleet:Artifacts</c>: what a worker keeps of them.</summary>
public sealed class ArtifactOptions
{
    public const string Section = "Fleet:Artifacts";

    /// <summary>A folder of this worker's own, or shared by the workers of one machine.</summary>
    public string Folder { get; init; } = Path.Combine(Path.GetTempPath(), "fleet-artifacts");

    /// <summary>Bytes kept in all; the longest unused go first. 64 MiB and more.</summary>
    public long MaxBytes { get; init; } = 20L << 30;

    /// <summary>A download that brings nothing for so long is begun again where it was. 1 s … 10 min.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Tries in a row that bring nothing before it is given up. 1 … 100.</summary>
    public int Tries { get; init; } = 5;

    /// <summary>Wait before a second try; doubled for each further one up to 30 s. 0 … 30 s.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <param name="problems">Gets all that is wrong.</param>
    public static ArtifactOptions Read(IConfiguration configuration, ICollection<string> problems)
    {
        var section = new SettingReader(configuration, Section, problems);
        var otherwise = new ArtifactOptions();
        var folder = section.Text(nameof(Folder)) ?? otherwise.Folder;
        if (!Path.IsPathRooted(folder))
            section.Wrong(nameof(Folder), folder, "it takes an absolute path");
        return new ArtifactOptions
        {
            Folder = folder,
            MaxBytes = section.Number(nameof(MaxBytes), otherwise.MaxBytes, 64L << 20, long.MaxValue),
            StallTimeout = section.Time(nameof(StallTimeout), otherwise.StallTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10)),
            Tries = section.Number(nameof(Tries), otherwise.Tries, 1, 100),
            RetryDelay = section.Time(nameof(RetryDelay), otherwise.RetryDelay, TimeSpan.Zero, TimeSpan.FromSeconds(30)),
        };
    }
}
