using System.Text;
using Fleet.Worker.Phases;
using Fleet.Worker.Phases.Prompts;

namespace Fleet.Worker.Tests.Phases;

public sealed class OutputTailTests
{
    [Fact]
    public void Bytes_that_come_twice_count_once_and_lines_come_whole()
    {
        var lines = new List<string>();
        var tail = new OutputTail(0) { OnLine = lines.Add };
        tail.Take(0, "one\ntw"u8.ToArray());
        tail.Take(4, "two\r\nthree"u8.ToArray()).Length.ShouldBe(8);
        tail.Take(0, "one"u8.ToArray()).IsEmpty.ShouldBeTrue();
        lines.ShouldBe(["one", "two"]);
        tail.Text.ShouldBe("one\ntwo\r\nthree");
        tail.End.ShouldBe(14);
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(70_000)]
    [InlineData(400_000)]
    public void Only_the_last_256_KiB_are_kept(int chunk)
    {
        var tail = new OutputTail(0);
        var all = new StringBuilder();
        for (var offset = 0; offset < 900_000; offset += chunk)
        {
            var piece = new string((char)('a' + (offset / chunk % 26)), chunk);
            tail.Take(offset, Encoding.ASCII.GetBytes(piece));
            all.Append(piece);
        }
        tail.Text.ShouldBe(all.ToString()[^(256 * 1024)..]);
    }

    [Fact]
    public void What_the_zone_did_not_keep_is_stepped_over()
    {
        var tail = new OutputTail(0);
        tail.Take(0, "before"u8.ToArray());
        tail.Take(1000, "after"u8.ToArray()).Length.ShouldBe(5);
        tail.End.ShouldBe(1005);
    }

    [Fact]
    public void A_line_of_ten_megabytes_is_handed_over_cut()
    {
        var lines = new List<string>();
        var tail = new OutputTail(0) { OnLine = lines.Add };
        var junk = new byte[10 * 1024 * 1024];
        Array.Fill(junk, (byte)'x');
        tail.Take(0, junk);
        tail.Take(junk.Length, "\nnext\n"u8.ToArray());
        lines.Select(l => l.Length).ShouldBe([64 * 1024, 4]);
    }

    [Theory]
    [InlineData("  Updating [n1] with [a ~ ] ... OK.\n  Updating [n2] with [a ~ ] ... Error!\n", "n2")]
    [InlineData("  Testing [n1] ... Error!\n", "n1")]
    [InlineData("Are you sure to update [x] nodes [y/N]?  Updating [n3] with [x ~ ] ... 错误\n", "n3")]
    [InlineData("  Updating [n1] with [a ~ ] ... Error!\nAre you sure to update [b] nodes [y/N]?\n  Updating [n2] with [b ~ ] ... Error!\n", "n2")]
    [InlineData("  Updating [n1] with [a ~ ] ... OK.\n", "")]
    public void The_failed_nodes_before_a_question_are_those_of_its_component(string output, string nodes) =>
        string.Join(',', NodeFailures.Before(output + "Do you want to ignore", output.Length)).ShouldBe(nodes);

    [Theory]
    [InlineData("Are you sure to update [x] nodes [y/N]?  Updating [n1] with [a ~ ] ... OK.\n  Updating [n2] with [a ~ ] ... Error!\n", 2)]
    [InlineData("Are you sure to update [x] nodes [y/N]?  Updating [n1] with [a ~ ] ... OK.\nAre you sure to update [y] nodes [y/N]?  Updating [n3] with [b ~ ] ... 错误\n", 1)]
    [InlineData("  Updating [n1] with [a ~ ] ... OK.\n  Updating [n2] with [a ~ ] ... Error!\n", 0)]
    public void On_how_many_nodes_a_component_was_tried_is_known_where_its_beginning_is_to_be_seen(string output, int tried) =>
        NodeFailures.Tried(output + "Do you want to ignore", output.Length).ShouldBe(tried);
}
