using Fleet.Runbooks.Facts;

namespace Fleet.Runbooks.Tests.Facts;

public sealed class VariablesTests
{
    [Theory]
    [InlineData("private\n", "private")]
    [InlineData("private\r\n", "private")]
    [InlineData("  \"private\"   # the cloud's type\n", "private")]
    [InlineData("'private'", "private")]
    [InlineData("# a comment\n\n cloud_type=\"private\" # x", "private")]
    [InlineData("cloud_type = private", "private")]
    [InlineData("pub\"lic\"", "public")]
    [InlineData("\uFEFFprivate", "private")]
    [InlineData("", null)]
    [InlineData("# only a comment", null)]
    public void A_variable_file_is_read_through_quotes_blanks_and_comments(string text, string? expected) =>
        VariablesReader.FromFiles("pek1a", "/v", name => name == "cloud_type.pek1a" ? text : null).CloudType.ShouldBe(expected);

    [Theory]
    [InlineData("1", "0", ReadKind.Global)]
    [InlineData("\"0\" # no", "1\r\n", ReadKind.Sub)]
    [InlineData("true", null, ReadKind.Global)]
    [InlineData("1", "1", ReadKind.Both)]
    [InlineData("0", "0", ReadKind.Unknown)]
    [InlineData(null, null, ReadKind.Unknown)]
    public void The_kind_comes_from_both_variables(string? global, string? sub, ReadKind expected) =>
        VariablesReader.FromFiles("pek1a", "/v", name => name switch { "is_global_zone.pek1a" => global, "is_sub_zone.pek1a" => sub, _ => null }).Kind.ShouldBe(expected);

    [Theory]
    [InlineData("pek1a\n", "pek1a")]
    [InlineData("pek1a pek1b\r\n", "pek1a,pek1b")]
    [InlineData("# ids\n\"pek1a\", 'pek1b' # and\npek1a", "pek1a,pek1b")]
    [InlineData("(pek1a pek1b)", "pek1a,pek1b")]
    [InlineData("", "")]
    public void Zone_ids_are_read_in_any_layout(string text, string expected) => string.Join(',', VariablesReader.ZoneIds(text)).ShouldBe(expected);

    [Theory]
    [InlineData("cloud_type: private\nis_global_zone: 1\nis_sub_zone: 0\n")]
    [InlineData("pek1a:\n  cloud_type: 'private'   # note\n  is_global_zone: \"1\"\n  is_sub_zone: 0\n")]
    [InlineData("zones:\n  pek1a:\n    cloud_type: private\n    is_global_zone: true\n")]
    [InlineData("cloud_type: {pek1a: private, pek1b: public}\nis_global_zone: {pek1a: yes, pek1b: no}\n")]
    [InlineData("cloud_type.pek1a: private\nis_global_zone.pek1a: 1\n")]
    [InlineData("cloud_type: public\nis_sub_zone: 1\npek1a:\r\n  cloud_type: private\r\n  is_global_zone: 1\r\n  is_sub_zone: 0\r\n")]
    public void Variables_yaml_is_read_per_zone_id_and_its_own_values_win(string yaml)
    {
        var read = VariablesReader.FromYaml(["pek1a"], "/v/variables.yaml", yaml, out var problem)!.ShouldHaveSingleItem();
        problem.ShouldBeNull();
        (read.IsPrivate, read.Kind).ShouldBe((true, ReadKind.Global));
    }

    [Theory]
    [InlineData("cloud_type: [private")]
    [InlineData("- private")]
    [InlineData("")]
    public void A_torn_variables_yaml_is_told_as_such(string yaml)
    {
        VariablesReader.FromYaml(["pek1a"], "/v", yaml, out var problem).ShouldBeNull();
        problem.ShouldNotBeNullOrEmpty();
    }

    [Theory]
    [InlineData("nodes=(a b c)", "a,b,c")]
    [InlineData("#!/bin/bash\r\nnodes=( \"hyper01\" 'hyper02' # old one: hyper09\r\n  hyper03\r\n)\r\n", "hyper01,hyper02,hyper03")]
    [InlineData("nodes=()", "")]
    [InlineData("nodes=(a)\nnodes+=(b a)", "a,b")]
    [InlineData("# nodes=(x)\nnodes=(a \\\n b)", "a,b")]
    public void A_group_file_is_read_as_bash_would(string text, string expected) => string.Join(',', NodeGroupFile.Read(text)!).ShouldBe(expected);

    [Theory]
    [InlineData("nodes=(a b")]
    [InlineData("")]
    [InlineData("hosts=(a)")]
    public void A_torn_group_file_is_no_empty_group(string text) => NodeGroupFile.Read(text).ShouldBeNull();

    [Fact]
    public void Node_settings_are_bash_assignments()
    {
        var node = NodeSettings.Read("# hyper\r\nexport role=\"hyper,seed\" # two\r\nmgmt_network_address='10.16.0.9'\r\nos_version=12.04.5\r\nnics=(eth0 \"eth1\")\r\nempty=\r\nthis is no assignment\r\n");
        node.Roles.ShouldBe(["hyper", "seed"]);
        node.IsPrecise.ShouldBeTrue();
        node.Values["nics"].ShouldBe("eth0 eth1");
        node.Values["empty"].ShouldBe("");
    }
}
