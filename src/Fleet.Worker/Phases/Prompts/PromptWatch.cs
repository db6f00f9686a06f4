using Fleet.Runbooks.Model;
using Fleet.Worker.Ssh;
using Fleet.Worker.Steps;

namespace Fleet.Worker.Phases.Prompts;

/// <summary>Watches output for a prompt: it ends without a newline, has been quiet, and a rule matches its last line, or none does but the command waits for its terminal.</summary>
internal sealed class PromptWatch(IReadOnlyList<PromptRule> rules, TimeSpan quiet)
{
    private const int KeptLine = 8192;

    private readonly List<byte> _line = [];
    private TimeSpan _lastOutput;
    private bool _blocked;

    /// <summary>Bytes printed so far.</summary>
    public long End { get; private set; }

    public void Feed(long offset, ReadOnlySpan<byte> bytes, bool blockedOnRead, TimeSpan now)
    {
        _blocked = blockedOnRead;
        if (bytes.IsEmpty)
            return;
        End = offset + bytes.Length;
        _lastOutput = now;
        var newline = bytes.LastIndexOf((byte)'\n');
        if (newline >= 0)
        {
            _line.Clear();
            bytes = bytes[(newline + 1)..];
        }
        _line.AddRange(bytes);
        if (_line.Count > KeptLine)
            _line.RemoveRange(0, _line.Count - KeptLine);
    }

    /// <summary>An answer was given here: what follows on the same line is no part of the question.</summary>
    public void AnsweredAt(long offset)
    {
        if (offset == End)
            _line.Clear();
    }

    /// <summary>The prompt that stands now, if one does.</summary>
    public SeenPrompt? Look(TimeSpan now)
    {
        // A command that is known to wait has nothing more to say: there is no need to wait for that.
        if ((now - _lastOutput < quiet || End == 0) && !_blocked)
            return null;
        var line = PlainText.Of(RemoteText.Decode([.. _line]));
        if (_line.Count > 0 && PromptMatcher.Match(line, rules) is { } match)
            return new SeenPrompt(End, match.Rule, match.Text, match.Component);
        return _blocked && now - _lastOutput >= Unrecognized ? new SeenPrompt(End, null, line.Trim(), null) : null;
    }

    /// <summary>How long until a look may see something that it does not see now.</summary>
    public TimeSpan NextLook(TimeSpan now)
    {
        var since = now - _lastOutput;
        return since < quiet ? quiet - since : since < Unrecognized ? Unrecognized - since : TimeSpan.FromSeconds(1);
    }

    // On a busy firstbox the command can wait already while its question is still on its way into the log; a person is only asked when it really waits.
    private TimeSpan Unrecognized => quiet * 10;
}

/// <param name="Offset">Bytes printed when it was seen; an answer names it.</param>
/// <param name="Rule">Null: no rule matched.</param>
internal sealed record SeenPrompt(long Offset, PromptRule? Rule, string Text, string? Component);
