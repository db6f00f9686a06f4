namespace Fleet.Worker.Executions;

/// <summary>
/// Command lines and scripts that reach the runner on a zone. Nothing in them needs quoting: ids, numbers and digests are checked before;
/// what a person or a runbook wrote travels on standard input.
/// </summary>
internal sealed class RunnerCommand
{
    private const string Missing = "{ echo; echo \"fleet1 missing\"; exit 75; }";
    private readonly string _root;

    public RunnerCommand(string root)
    {
        if (!root.StartsWith('/') || !root.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '_' or '-'))
            throw new ArgumentException("The runner's folder must be an absolute path of letters, digits, dots, dashes and underscores.", nameof(root));
        _root = root.TrimEnd('/');
    }

    private string File => $"{_root}/runner-{RunnerFile.Digest}.sh";

    /// <summary>Id, installation or boot id: what may stand in a command line as it is.</summary>
    public static bool IsWord(string text) =>
        text.Length is > 0 and <= 100 && text[0] is not ('.' or '-') && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');

    /// <summary>A verb about one execution, carried out by the runner that started it; by ours when nothing was started.</summary>
    public string OfRun(string verb, string executionId, params ReadOnlySpan<object> args) =>
        $"sh -c 'f={_root}/runner-$(readlink {_root}/runs/{executionId}/runner).sh; [ -f \"$f\" ] || f={File}; [ -f \"$f\" ] || {Missing}; "
        + $"exec sh \"$f\" {_root} {verb} {executionId}{Join(args)}'";

    /// <summary>A verb about one watch, carried out by the runner that armed it, or by ours.</summary>
    public string OfWatch(string verb, string watchId, params ReadOnlySpan<object> args) =>
        $"sh -c 'f={_root}/runner-$(readlink {_root}/watch/{watchId}/runner).sh; [ -f \"$f\" ] || f={File}; [ -f \"$f\" ] || {Missing}; "
        + $"exec sh \"$f\" {_root} {verb} {watchId}{Join(args)}'";

    /// <summary>What is armed is served by our runner from then on.</summary>
    public string Arm(string watchId, params ReadOnlySpan<object> args) =>
        $"sh -c '[ -f {File} ] || {Missing}; exec sh {File} {_root} arm {watchId}{Join(args)}'";

    /// <summary>A read where no runner was ever installed: the runner comes on standard input and leaves nothing behind.</summary>
    public string Unattached(string verb, string executionId, params ReadOnlySpan<object> args) =>
        $"sh -s -- {_root} {verb} {executionId}{Join(args)}";

    /// <summary>Attaches with the runner that is there, if its bytes are right.</summary>
    public string Attach(AttachZone attach) =>
        $"sh -c 'echo \"{RunnerFile.Digest}  {File}\" | sha256sum -c >/dev/null 2>&1 || {Missing}; exec sh {File} {Arguments(attach)}'";

    /// <summary>Takes the runner from standard input, puts it in place in one step once its bytes are right, and attaches. A folder of another installation is not touched.</summary>
    public string Install(AttachZone attach)
    {
        var part = $"{_root}/upload.$$";
        return $"sh -c 'umask 077; echo; i=$(cat {_root}/installation 2>/dev/null); "
            + $"[ {(attach.OverrideFence ? 1 : 0)} = 1 ] || [ -z \"$i\" ] || [ \"$i\" = {attach.Installation} ] || {{ echo \"fleet1 refused why=foreign-installation detail=$i fence=$(readlink {_root}/fence || echo 0)\"; exit 75; }}; "
            + $"{InstallText(part, "disk-full")} exec sh {File} {Arguments(attach)}'";
    }

    /// <summary>A script under the zone's lock and fence. It runs with the rights and the mask of a plain session; its children do not hold the lock.</summary>
    public string Fenced(long epoch, string installation, string script) =>
        $"[ -f {File} ] || {Missing}\nset -- {_root} enter {epoch} {installation}\n. {File} || exit 75\nset --\n(\nset +u; umask 022\n{script}\n) 9>&-\n";

    private string InstallText(string part, string why) =>
        $"mkdir -p {_root}/runs && head -c {RunnerFile.Bytes.Length} >{part} && echo \"{RunnerFile.Digest}  {part}\" | sha256sum -c >/dev/null 2>&1 && mv -f {part} {File} "
        + $"|| {{ rm -f {part}; echo \"fleet1 refused why={why} detail={_root}\"; exit 75; }};";

    private string Arguments(AttachZone attach) =>
        $"{_root} attach {attach.Epoch} {attach.Installation} {(attach.OverrideFence ? 1 : 0)} {(attach.KnownFence is { } known ? known : "-")}";

    private static string Join(ReadOnlySpan<object> args)
    {
        var text = new System.Text.StringBuilder();
        foreach (var arg in args)
            text.Append(' ').Append(arg);
        return text.ToString();
    }
}
