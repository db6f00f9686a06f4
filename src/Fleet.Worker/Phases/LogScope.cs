using Fleet.Contracts.Phases;

namespace Fleet.Worker.Phases;

/// <summary>What log lines of one dispatch carry beside their text.</summary>
internal static class LogScope
{
    public static IReadOnlyDictionary<string, object> Of(ExecutePhase command)
    {
        var scope = new Dictionary<string, object> { ["Zone"] = command.Zone, ["Phase"] = command.Phase, ["Epoch"] = command.Epoch };
        if (command.TraceParent?.Split('-') is [_, { Length: 32 } trace, ..])
            scope["TraceId"] = trace;
        return scope;
    }
}
