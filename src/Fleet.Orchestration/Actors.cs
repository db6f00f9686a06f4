namespace Fleet.Orchestration;

/// <summary>Who is named in the audit where it is no person.</summary>
internal static class Actors
{
    public const string Coordinator = "coordinator";
    public const string ComponentPolicy = "policy:component";
    public const string GuardPolicy = "policy:guard";

    public static string Policy(string rule) => $"policy:{rule}";

    public static string Worker(string id) => $"worker:{id}";
}
