using Fleet.Cli.CommandLine;
using Fleet.Cli.Output;
using Fleet.Encryption;
using Fleet.Server.Access;

namespace Fleet.Cli.Client;

/// <summary>Which server, with which token, and whom to believe that it is.</summary>
internal sealed record ServerAddress(Uri Url, string? Token, Trust Trust)
{
    public static ServerAddress Resolve(string? server, string? token, string? ca)
    {
        var given = server ?? Variable("FLEET_SERVER") ?? "http://127.0.0.1:7070";
        if (!Uri.TryCreate(given, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            throw new CliFailure(ExitCodes.Usage, Say.Of($"\"{given}\" is no server's URL; it looks like http://127.0.0.1:7070 (--server, FLEET_SERVER)."));
        var problems = new List<string>();
        var trust = Trust.Read(ca is null ? "FLEET_CA" : "--ca", ca ?? Variable("FLEET_CA"), problems);
        if (problems.Count > 0)
            throw new CliFailure(ExitCodes.Usage, problems[0]);
        return new ServerAddress(url, token ?? Variable("FLEET_TOKEN") ?? FromFile(), trust);
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private static string? FromFile()
    {
        var data = Variable("Fleet__Data") ?? "./fleet-data";
        try
        {
            return TokenFile.Read(Path.Combine(data, TokenFile.Operator));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
