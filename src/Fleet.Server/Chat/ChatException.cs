namespace Fleet.Server.Chat;

/// <summary>A chat did not take something.</summary>
/// <param name="after">When it may be tried again, as the chat says; null: it does not.</param>
internal sealed class ChatException(ChatFailure failure, string message, TimeSpan? after = null, Exception? inner = null) : Exception(message, inner)
{
    public ChatFailure Failure { get; } = failure;

    public TimeSpan? After { get; } = after;
}

internal enum ChatFailure
{
    /// <summary>It cannot be reached, or broke off: whether it was taken is not known.</summary>
    Unreachable,

    /// <summary>Too much at once: nothing was taken.</summary>
    Limited,

    /// <summary>The message is no longer there.</summary>
    Gone,

    /// <summary>It does not let us: the token, the channel, the form.</summary>
    Refused,
}
