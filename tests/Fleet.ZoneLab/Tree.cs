using System.Text;

namespace Fleet.ZoneLab;

/// <summary>Writes files below one folder by their absolute path in the zone.</summary>
internal sealed class Tree(string root)
{
    private readonly HashSet<string> made = [];

    public string At(string path) => Path.Combine(root, path.TrimStart('/'));

    public void Folder(string path)
    {
        if (made.Add(path))
            Directory.CreateDirectory(At(path));
    }

    public void File(string path, string text, bool executable = false) => File(path, Encoding.UTF8.GetBytes(text), executable);

    public void File(string path, ReadOnlySpan<byte> bytes, bool executable = false)
    {
        Folder(Path.GetDirectoryName(path)!);
        System.IO.File.WriteAllBytes(At(path), bytes);
        if (executable)
            System.IO.File.SetUnixFileMode(At(path), VendorScripts.Executable);
    }

    public void Secret(string path, string text)
    {
        File(path, text);
        System.IO.File.SetUnixFileMode(At(path), UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    public void Link(string path, string target)
    {
        if (!Path.Exists(At(path)))
            System.IO.File.CreateSymbolicLink(At(path), target);
    }
}
