using Fleet.Worker.Artifacts;

namespace Fleet.Worker.Tests.Artifacts;

public sealed class UploadPlanTests
{
    [Theory]
    [InlineData("", null, null, "")]
    [InlineData("7:10", 7, null, "")]
    [InlineData("5:10", 5, 5, "")]
    [InlineData("3:10 5:4", 5, 5, "3")]
    [InlineData("3:10 7:4 5:1", 7, null, "5 3")]
    [InlineData("9:10", null, null, "")]
    public void The_newest_part_is_gone_on_with_under_this_epoch(string parts, int? resume, int? takeOver, string stale)
    {
        var there = parts.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(p => p.Split(':')).Select(p => new RemotePart(long.Parse(p[0]), long.Parse(p[1]))).ToList();
        var plan = UploadPlan.Of(there, new UploadPaths("/root/p.tar.gz", 7));
        plan.Resume?.Epoch.ShouldBe(resume!.Value);
        (plan.Resume is null).ShouldBe(resume is null);
        plan.TakeOver?.Epoch.ShouldBe(takeOver!.Value);
        (plan.TakeOver is null).ShouldBe(takeOver is null);
        string.Join(' ', plan.Stale.Select(s => s.Epoch)).ShouldBe(stale);
    }

    [Fact]
    public void What_lies_there_is_read_line_by_line()
    {
        var read = RemoteFiles.Parse("motd\nfinal 10 abc\npart 4 5\npart 1 x\npart\nfree 100\n");
        read.Final.ShouldBe(new RemoteFile(10, "abc"));
        read.Parts.ShouldBe([new RemotePart(5, 4)]);
        read.FreeBytes.ShouldBe(102_400);
    }
}
