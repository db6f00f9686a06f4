namespace Fleet.Server.Chat.Feishu;

/// <summary>What Feishu tells, once it was verified.</summary>
internal abstract record FeishuCall
{
    /// <param name="What">Its text with the keys of those it calls still in it.</param>
    /// <param name="Message">What is answered.</param>
    /// <param name="Called">The key in the text, who it is, and the name that is shown.</param>
    public sealed record Command(ChatCommand What, string Message, IReadOnlyList<(string Key, string? Id, string Name)> Called, bool IsAlone) : FeishuCall
    {
        /// <summary>With the bot's name taken out.</summary>
        /// <param name="bot">The bot's open_id.</param>
        /// <returns>Null: in a group, somebody else is called, and Fleet is not.</returns>
        public string? Meant(string bot)
        {
            if (!IsAlone && Called.All(c => c.Id != bot))
                return null;
            // The longest key first: @_user_1 is the beginning of @_user_10.
            return Called.OrderByDescending(c => c.Key.Length).Aggregate(What.Text, (text, c) => text.Replace(c.Key, c.Id == bot ? "" : $"@{c.Name}", StringComparison.Ordinal)).Trim();
        }
    }

    public sealed record Press(ChatPress What) : FeishuCall;

    /// <summary>Feishu looks whether somebody is there.</summary>
    public sealed record Challenge(string Text) : FeishuCall;

    /// <summary>Taken, and not meant for Fleet.</summary>
    public sealed record Nothing : FeishuCall;
}
