using System.Text.RegularExpressions;

namespace Fleet.Server.Packages;

/// <summary>The versions in a package's file name: <c>qingcloud-installer_4.3.2-20261101_amd64.tar.gz</c>.</summary>
internal sealed partial record PackageName(string FileName, string Installer, string Qingcloud)
{
    public static PackageName? Parse(string fileName)
    {
        var match = Pattern().Match(fileName);
        return match.Success ? new PackageName(fileName, match.Groups["installer"].Value, match.Groups["qingcloud"].Value) : null;
    }

    [GeneratedRegex(@"^qingcloud-installer_(?<installer>\d{1,4}(?:\.\d{1,6}){1,4})-(?<qingcloud>\d{4,14})_[a-z0-9]{1,16}\.tar\.gz\z")]
    private static partial Regex Pattern();
}
