namespace Fleet.Server.Chat.Commands;

/// <summary>All commands, in the order in which help tells them. Words and arguments are those of the <c>fleet</c> program.</summary>
internal static class ChatVerbs
{
    public static IReadOnlyList<ChatVerb> All { get; } =
    [
        .. Looking.Verbs, .. Starting.Verbs, .. Steering.Verbs, .. Deciding.Verbs, .. Approving.Verbs, .. Printed.Verbs, .. Knowing.Verbs,
    ];

    /// <summary>Groups of the program's commands: whoever types them here as there is understood.</summary>
    private static readonly string[] Groups = ["rollout", "decisions", "guards", "plan", "check"];

    public static ChatVerb? Find(string name) => All.FirstOrDefault(v => string.Equals(v.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary><c>rollout pause x</c> is <c>pause x</c>, <c>decisions list</c> is <c>decisions</c>, <c>rollout show x</c> and <c>rollout list</c> are <c>status</c>.</summary>
    public static string[] Shortened(string[] words) => words switch
    {
        ["whoami", .. var rest] => ["who", .. rest],
        ["rollout", "show" or "list", .. var rest] => ["status", .. rest],
        [var group, "list", .. var rest] when Groups.Contains(group) => [group, .. rest],
        ["rollout", var verb, .. var rest] when Find(verb) is not null => [verb, .. rest],
        ["decisions", "answer", .. var rest] => ["answer", .. rest],
        _ => words,
    };
}
