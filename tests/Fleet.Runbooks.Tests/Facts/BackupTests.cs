using Fleet.Runbooks.Facts;

namespace Fleet.Runbooks.Tests.Facts;

public sealed class BackupTests
{
    private static readonly Dictionary<string, string> Names = new() { ["backup"] = "/pitrix/backup/4.2.1-20190318", ["old"] = "4.2.1-20190318" };

    [Fact]
    public void Expected_backups_are_data_by_version()
    {
        const string text = """
            # what bootstrap keeps
            tree {backup}/qingcloud/pitrix-repo of /pitrix/repo without installer/code,*/iso
            dump {backup}/installer/installer_pg_dumpall.gz
            folder@snapshot /pitrix/qingcloud-bak.{old} before 4.3.0
            file {backup}/qingcloud/conf from 4.3.0
            """;
        var expected = BackupExpectation.Read(text, "4.2.1", Names, out var problem);
        problem.ShouldBeNull();
        expected.Select(e => (e.Check, e.Place, e.Path)).ShouldBe(
        [
            (BackupCheck.Tree, BackupPlace.Firstbox, "/pitrix/backup/4.2.1-20190318/qingcloud/pitrix-repo"),
            (BackupCheck.Dump, BackupPlace.Firstbox, "/pitrix/backup/4.2.1-20190318/installer/installer_pg_dumpall.gz"),
            (BackupCheck.Folder, BackupPlace.FirstSnapshotNode, "/pitrix/qingcloud-bak.4.2.1-20190318"),
        ]);
        expected[0].Without.ShouldBe(["installer/code", "*/iso"]);
    }

    [Theory]
    [InlineData("tree /a")]
    [InlineData("copy /a of /b")]
    [InlineData("dump relative.gz")]
    [InlineData("dump /a/{nobody}.gz")]
    [InlineData("file /a since 4.2")]
    [InlineData("file@mars /a")]
    public void A_wrong_line_is_named(string line)
    {
        BackupExpectation.Read(line, "4.2.1", Names, out var problem).ShouldBeEmpty();
        problem.ShouldBe(line);
    }

    [Fact]
    public void Not_empty_proves_nothing()
    {
        var tree = new BackupExpectation(BackupCheck.Tree, BackupPlace.Firstbox, "/b") { Source = "/s" };
        var dump = new BackupExpectation(BackupCheck.Dump, BackupPlace.Firstbox, "/d.gz");
        BackupVerdict.Of(tree, new BackupMeasure { Exists = true, Size = new TreeSize(9, 900) }, new TreeSize(10, 1000)).ShouldBe(BackupTrouble.Short);
        BackupVerdict.Of(tree, new BackupMeasure { Exists = true, Size = new TreeSize(10, 1000) }, new TreeSize(10, 1000)).ShouldBe(BackupTrouble.None);
        BackupVerdict.Of(tree, new BackupMeasure { Exists = true, Size = new TreeSize(0, 0) }, null).ShouldBe(BackupTrouble.Empty);
        BackupVerdict.Of(tree, new BackupMeasure { Exists = false }, null).ShouldBe(BackupTrouble.Missing);
        BackupVerdict.Of(tree, null, null).ShouldBe(BackupTrouble.NotRead);
        BackupVerdict.Of(tree, new BackupMeasure { Exists = true }, new TreeSize(0, 0)).ShouldBe(BackupTrouble.NotRead);
        BackupVerdict.Of(dump, new BackupMeasure { Exists = true, Size = new TreeSize(1, 20), GzipOk = false }, null).ShouldBe(BackupTrouble.BadGzip);
        BackupVerdict.Of(dump, new BackupMeasure { Exists = true, Size = new TreeSize(1, 20), GzipOk = true, DumpEnd = "" }, null).ShouldBe(BackupTrouble.Unfinished);
        BackupVerdict.Of(dump, new BackupMeasure { Exists = true, Size = new TreeSize(1, 20), GzipOk = true, DumpEnd = "--\n-- PostgreSQL database cluster dump complete\n--\n" }, null).ShouldBe(BackupTrouble.None);
    }

    [Theory]
    [InlineData("Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/vda1 100 40 60 40% /\n", "/", 60 * 1024)]
    [InlineData("Filesystem 1024-blocks Used Available Capacity Mounted on\nmap auto home 0 0 -5 100% /mnt/with blank\r\n", "/mnt/with blank", 0)]
    public void Free_space_is_read_per_mount(string text, string mount, long free) => DiskReport.Read(text).ShouldBe(new Mount(mount, free));

    [Fact]
    public void Needs_on_one_mount_add_up()
    {
        var root = new Mount("/", 100);
        var needs = DiskReport.Needs([(root, 60), (new Mount("/pitrix", 500), 60), (root, 60)]);
        needs.ShouldBe([new DiskNeed("/", 100, 120), new DiskNeed("/pitrix", 500, 60)]);
        needs[0].IsEnough.ShouldBeFalse();
        DiskReport.Read("df: no such file").ShouldBeNull();
    }

    [Theory]
    [InlineData("-rw-r--r-- 0/0 12 2026-11-01 10:00 qingcloud-installer/version.json", null)]
    [InlineData("drwxr-xr-x 0/0 0 2026-11-01 10:00 ./qingcloud-installer/", null)]
    [InlineData("lrwxrwxrwx 0/0 0 2026-11-01 10:00 qingcloud-installer/bin/a -> ../lib/a", null)]
    [InlineData("hrw-r--r-- 0/0 0 2026-11-01 10:00 qingcloud-installer/b link to qingcloud-installer/a", null)]
    [InlineData("-rw-r--r-- 0/0 12 2026-11-01 10:00 /etc/passwd", TarTrouble.AbsolutePath)]
    [InlineData("-rw-r--r-- 0/0 12 2026-11-01 10:00 qingcloud-installer/../etc/passwd", TarTrouble.ParentPath)]
    [InlineData("-rw-r--r-- 0/0 12 2026-11-01 10:00 .ssh/authorized_keys", TarTrouble.OutsideFolder)]
    [InlineData("lrwxrwxrwx 0/0 0 2026-11-01 10:00 qingcloud-installer/a -> /etc", TarTrouble.EscapingLink)]
    [InlineData("lrwxrwxrwx 0/0 0 2026-11-01 10:00 qingcloud-installer/a -> ..", TarTrouble.EscapingLink)]
    [InlineData("lrwxrwxrwx 0/0 0 2026-11-01 10:00 qingcloud-installer/d/a -> b/../../..", TarTrouble.EscapingLink)]
    [InlineData("hrw-r--r-- 0/0 0 2026-11-01 10:00 qingcloud-installer/b link to etc/shadow", TarTrouble.EscapingLink)]
    [InlineData("lrwxrwxrwx 0/0 0 2026-11-01 10:00 qingcloud-installer/a -> b -> /etc", TarTrouble.Unclear)]
    [InlineData("crw-r--r-- 0/0 1,3 2026-11-01 10:00 qingcloud-installer/null", TarTrouble.Device)]
    [InlineData("tar: Unexpected EOF in archive", TarTrouble.Unclear)]
    public void A_tarball_is_judged_before_it_is_unpacked(string line, TarTrouble? expected)
    {
        var listing = TarListing.Read(line + "\r\n", "qingcloud-installer");
        if (expected is null)
            listing.Troubles.ShouldBeEmpty();
        else
            listing.Troubles.ShouldHaveSingleItem().Trouble.ShouldBe(expected.Value);
    }

    [Fact]
    public void Nothing_may_lie_below_a_link()
    {
        var listing = TarListing.Read("lrwxrwxrwx 0/0 0 2026-11-01 10:00 qingcloud-installer/a -> b\n-rw-r--r-- 0/0 7 2026-11-01 10:00 qingcloud-installer/a/x\n", "qingcloud-installer");
        listing.Troubles.ShouldHaveSingleItem().Trouble.ShouldBe(TarTrouble.EscapingLink);
        (listing.Entries, listing.UnpackedBytes).ShouldBe((2, 7));
    }
}
