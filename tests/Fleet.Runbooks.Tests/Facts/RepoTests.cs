using Fleet.Runbooks.Facts;

namespace Fleet.Runbooks.Tests.Facts;

public sealed class RepoTests
{
    [Fact]
    public void Mixed_up_and_superfluous_files_are_found_and_named_with_the_reason()
    {
        var findings = RepoFindings.Of(Repo(
            ("16.04.3/pitrix-hyper_20190101_amd64.deb", 10), ("16.04.3/pitrix-hyper_20261101_amd64.deb", 10),
            ("16.04.3/lib_1.0-1~ubuntu14.04_amd64.deb", 10), ("16.04.3/notes.txt", 3), ("16.04.3/torn_1_amd64.deb", 0), ("16.04.3/noname.deb", 1),
            ("16.04.3/Packages", 3), ("16.04.3/Packages.gz", 3), ("16.04.3/Release.gpg", 3), ("web/pitrix-webinstaller.tar.gz", 3), ("installer/code/x.tgz", 1),
            ("14.04.5/pitrix-hyper_20190101_amd64.deb", 10), ("16.04.3/pitrix-hyper_20190101_i386.deb", 10), ("stray.tar", 1)), []);
        findings.Select(f => (f.File.FileName, f.Trouble, f.Because)).ShouldBe(
        [
            ("lib_1.0-1~ubuntu14.04_amd64.deb", RepoTrouble.OtherOs, "14.04"),
            ("noname.deb", RepoTrouble.Damaged, "name"),
            ("notes.txt", RepoTrouble.NoPackage, "16.04.3"),
            ("pitrix-hyper_20190101_amd64.deb", RepoTrouble.Duplicate, "pitrix-hyper_20261101_amd64.deb"),
            ("torn_1_amd64.deb", RepoTrouble.Damaged, "size"),
            ("stray.tar", RepoTrouble.NoPackage, "repo"),
        ]);
    }

    [Fact]
    public void Several_qemu_versions_that_server_yaml_names_are_right()
    {
        var repo = Repo(("16.04.3/qemu_2.4.1.2_amd64.deb", 1), ("16.04.3/qemu_2.11.1.1-1_amd64.deb", 1), ("16.04.3/qemu_2.9.0_amd64.deb", 1));
        RepoFindings.Of(repo, ["2.4.1.2", "2.11.1.1"]).Select(f => f.File.FileName).ShouldBe(["qemu_2.9.0_amd64.deb"]);
    }

    [Fact]
    public void A_package_of_another_os_is_known_by_the_same_file_in_its_own_folder()
    {
        var findings = RepoFindings.Of(Repo(
            ("14.04.5/libvirt-bin_1.2.2-0ubuntu13_amd64.deb", 1), ("14.04.5/libvirt-bin_1.3.1-1ubuntu10_amd64.deb", 1), ("16.04.3/libvirt-bin_1.3.1-1ubuntu10_amd64.deb", 1),
            ("14.04.5/qemu_2.4.1.2_amd64.deb", 1), ("14.04.5/qemu_2.11.1.1_amd64.deb", 1), ("16.04.3/qemu_2.4.1.2_amd64.deb", 1), ("16.04.3/qemu_2.11.1.1_amd64.deb", 1)), ["2.4.1.2", "2.11.1.1"]);
        findings.Select(f => (f.File.Path, f.Trouble, f.Because)).ShouldBe([("/pitrix/repo/14.04.5/libvirt-bin_1.3.1-1ubuntu10_amd64.deb", RepoTrouble.OtherOs, "16.04.3")]);
    }

    [Fact]
    public void A_package_whose_own_version_looks_like_an_os_is_not_mixed_up() =>
        RepoFindings.Of(Repo(("16.04.3/pitrix-os_14.04.1_amd64.deb", 1)), []).ShouldBeEmpty();

    [Fact]
    public void Emulators_are_the_versions_under_compute_server() =>
        ServerYaml.Emulators("compute_server:\r\n  emulator:\r\n    2.4.1.2: {bin: /usr/bin}\r\n    2.11.1.1: {bin: /opt/x}\r\n    default: 2.11.1.1\r\n", out _).ShouldBe(["2.4.1.2", "2.11.1.1"]);

    [Theory]
    [InlineData("compute_server: {}")]
    [InlineData("other: 1")]
    public void No_emulator_list_is_no_error(string yaml) => ServerYaml.Emulators(yaml, out _).ShouldBeEmpty();

    [Fact]
    public void A_torn_server_yaml_is_told_as_such()
    {
        ServerYaml.Emulators("compute_server: {emulator: [", out var problem).ShouldBeNull();
        problem.ShouldNotBeNull();
    }

    [Fact]
    public void Higher_qemu_is_above_every_version_in_use_with_libvirt_and_kernels_listed_beside_it()
    {
        var repo = Repo(("12.04/qemu_1.7.0_amd64.deb", 1), ("16.04.3/pitrix-qemu_2.11.1.1-3_amd64.deb", 1), ("16.04.3/qemu_2.4.1.2_amd64.deb", 1), ("16.04.3/libvirt-bin_4.0_amd64.deb", 1), ("16.04.3/x_9_all.deb", 1));
        var found = QemuFindings.Of(repo, ["1.7.0", "2.4.1.2"]);
        found.Higher.Select(f => f.FileName).ShouldBe(["pitrix-qemu_2.11.1.1-3_amd64.deb"]);
        found.Related.Select(f => f.FileName).ShouldBe(["libvirt-bin_4.0_amd64.deb"]);
        QemuFindings.Of(repo, []).Higher.ShouldBeEmpty("without a version in use nothing is higher");
    }

    private static RepoListing Repo(params (string Path, long Size)[] files) =>
        RepoListing.Read("/pitrix/repo/", string.Concat(files.Select(f => $"{f.Size}\t/pitrix/repo/{f.Path}\n")) + "find: broken line\n12\t/elsewhere/x\n");
}
