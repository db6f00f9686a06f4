namespace Fleet.Orchestration.Identities;

/// <summary>Keys of the web role's sessions, as it encrypted them.</summary>
public interface IWebKeys
{
    IReadOnlyList<string> ReadAll();

    void Add(string id, string xml);
}
