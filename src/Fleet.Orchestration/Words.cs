using System.Text.Json;

namespace Fleet.Orchestration;

/// <summary>The one word of an enumeration's member: <c>TimedOut</c> is <c>timed-out</c>.</summary>
internal static class Words
{
    public static string Of<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());
}
