namespace Fleet.Contracts.Phases;

/// <summary>A runbook, fetched as <c>GET /api/v1/runbooks/by-digest/{digest}</c>. Digest: lower-case hex sha-256 of the file's bytes.</summary>
public sealed record RunbookRef(string Name, string Digest);
