using Fleet.Orchestration.RunbookFiles;

namespace Fleet.Server.Api.Runbooks;

public sealed record RunbookDocument(string Name, string Version, string Digest, bool BuiltIn, DateTimeOffset AddedAt, string AddedBy)
{
    public static RunbookDocument Of(RunbookFileView view) => new(view.Name, view.Version, view.Digest, view.BuiltIn, view.AddedAt, view.AddedBy);
}
