using Fleet.Runbooks.Model;

namespace Fleet.Orchestration.RunbookFiles;

/// <summary>Reads a runbook file; tests give runbooks of their own.</summary>
internal interface IRunbookParser
{
    Result<Runbook> Parse(byte[] content);
}
