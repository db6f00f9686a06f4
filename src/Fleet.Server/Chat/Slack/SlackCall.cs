namespace Fleet.Server.Chat.Slack;

/// <summary>What Slack tells, once it was verified.</summary>
/// <param name="Id">Slack's own id of what happened; empty: doing it twice does no harm.</param>
internal abstract record SlackCall(string Id)
{
    /// <param name="Answer">Where the answer goes, for half an hour and five times; null: into the place.</param>
    public sealed record Command(ChatCommand What, Uri? Answer) : SlackCall(What.Id);

    /// <param name="Answer">As of a command; null: a form was filled in, and the answer is a message that only this person sees.</param>
    public sealed record Press(ChatPress What, Uri? Answer) : SlackCall(What.Id);

    /// <summary>The button asks for a text first.</summary>
    /// <param name="Trigger">Lets us open a form, for three seconds.</param>
    public sealed record Ask(string Trigger, SlackForms.Kept Kept, string Asks) : SlackCall(Trigger);

    /// <summary>Slack looks whether somebody is there.</summary>
    public sealed record Challenge(string Text) : SlackCall("");

    /// <summary>Taken, and not meant for Fleet.</summary>
    public sealed record Nothing() : SlackCall("");
}
