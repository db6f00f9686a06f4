using Fleet.Runbooks.Facts;

namespace Fleet.Runbooks.Tests.Facts;

public sealed class VersionTests
{
    [Theory]
    [InlineData("4.10.0", "4.9.3", 1)]
    [InlineData("4.2", "4.2.0", 0)]
    [InlineData("4.2.1", "4.2.10", -1)]
    [InlineData("20190318", "20261101", -1)]
    [InlineData(" 4.3.2\r\n", "4.3.2", 0)]
    public void Versions_are_compared_as_numbers_per_component(string left, string right, int expected) =>
        Math.Sign(VersionNumber.Compare(left, right)!.Value).ShouldBe(expected);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("4.x")]
    [InlineData("4..1")]
    [InlineData("-4.1")]
    [InlineData("４.2")]
    [InlineData("4.99999999999999999999")]
    public void What_is_no_version_is_never_guessed_at(string? text) => VersionNumber.Compare(text, "4.2.1").ShouldBeNull();

    [Fact]
    public void Equal_versions_have_equal_hashes() => VersionNumber.Parse("4.2.0").GetHashCode().ShouldBe(VersionNumber.Parse("4.2").GetHashCode());

    [Fact]
    public void Version_json_before_an_upgrade_has_a_plain_upgrade()
    {
        var version = VersionJson.Read("""{"current": {"installer": "4.2.1", "patch": "20190318", "upgrade": "20190401", "qingcloud": 20190318}, "old": [{"installer": "4.1.0", "qingcloud": "20180101", "upgrade": "20180101"}]}""", out var problem)!;
        problem.ShouldBeNull();
        (version.Installer, version.Qingcloud, version.Upgrade, version.OldUpgrade, version.NewUpgrade).ShouldBe(("4.2.1", "20190318", "20190401", null, null));
        version.Old.ShouldHaveSingleItem().Installer.ShouldBe("4.1.0");
    }

    [Fact]
    public void Version_json_between_bootstrap_and_post_upgrade_has_old_and_new_upgrade()
    {
        var version = VersionJson.Read("\uFEFF{\r\n\"current\": {\"installer\": \"4.3.2\", \"old_upgrade\": \"20190401\", \"new_upgrade\": \"20261101\", \"qingcloud\": \"20261101\"}, \"old\": []}\r\n", out _)!;
        (version.Upgrade, version.OldUpgrade, version.NewUpgrade).ShouldBe((null, "20190401", "20261101"));
    }

    [Fact]
    public void A_package_may_write_its_versions_without_current() =>
        VersionJson.Read("""{"installer": "4.3.2", "qingcloud": "20261101", "upgrade": "20261101"}""", out _)!.Installer.ShouldBe("4.3.2");

    [Theory]
    [InlineData("", "empty")]
    [InlineData("{\"current\": {\"installer\": \"4.2", "no JSON")]
    [InlineData("[]", "no JSON object")]
    [InlineData("{\"current\": {}}", "current.installer")]
    [InlineData("{\"current\": \"4.2.1\"}", "current.installer")]
    [InlineData("cat: /pitrix/version.json: 没有那个文件或目录", "no JSON")]
    public void A_torn_version_json_is_told_as_such(string text, string expected)
    {
        VersionJson.Read(text, out var problem).ShouldBeNull();
        problem.ShouldNotBeNull().ShouldContain(expected);
    }

    [Theory]
    [InlineData("1.0-1", "1.0-2", -1)]
    [InlineData("1.0~rc1", "1.0", -1)]
    [InlineData("1:0.9", "2.0", 1)]
    [InlineData("2.4.1.2", "2.11.1.1", -1)]
    [InlineData("4.3.2-20261101", "4.3.2-20261101", 0)]
    [InlineData("1%3a2.0-1", "1:2.0-1", 0)]
    [InlineData("1.0a", "1.0+", -1)]
    public void Debian_versions_are_compared_as_dpkg_does(string left, string right, int expected) => Math.Sign(DebianVersion.Compare(left, right)).ShouldBe(expected);
}
