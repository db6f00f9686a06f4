using System.Text;

namespace Fleet.Worker.Ssh;

/// <summary>How command lines become root's: as they are, or through sudo. A password travels on standard input, never in argv or environment.</summary>
internal sealed class Elevation
{
    /// <summary>Ends what sudo may or may not have read of standard input: sudo asks for no password where the site needs none, and then the line must not reach the command.</summary>
    private readonly string mark = $"fleet-{Guid.NewGuid():N}";
    private readonly bool sudo;
    private readonly string? password;

    private Elevation(bool sudo, string? password) => (this.sudo, this.password) = (sudo, password);

    public static Elevation None { get; } = new(sudo: false, password: null);

    /// <param name="password">Null: sudo asks for none.</param>
    public static Elevation Sudo(string? password) => new(sudo: true, password);

    /// <summary>The line for the login shell and what goes on its standard input.</summary>
    public (string Line, ReadOnlyMemory<byte> Input) Wrap(string commandLine, ReadOnlyMemory<byte> input)
    {
        // The library closes standard input only after it wrote something.
        var line = input.IsEmpty ? $"( {commandLine}\n) </dev/null" : commandLine;
        if (!sudo)
            return (line, input);
        if (password is null)
            return ($"exec sudo -n -- sh -c {ShellQuote.Of(line)}", input);
        // -k: a remembered login would leave the password unread.
        var past = $"while :; do IFS= read -r line || exit 126; [ \"$line\" = {mark} ] && break; done; unset line\n{line}";
        return ($"exec sudo -k -S -p '' -- sh -c {ShellQuote.Of(past)}", (byte[])[.. Encoding.UTF8.GetBytes($"{password}\n{mark}\n"), .. input.Span]);
    }
}
