using Fleet.Runbooks.Facts;

namespace Fleet.Runbooks.Tests.Facts;

public sealed class HealthTests
{
    [Theory]
    [InlineData("-")]
    [InlineData("ok: 1 ")]
    [InlineData("=:.")]
    public async Task A_line_of_check_py_that_goes_on_for_ever_takes_no_longer_than_its_length(string part) =>
        await Task.Run(() => CheckPyReport.Read(string.Concat(Enumerable.Repeat(part, 20_000)) + "!x")).WaitAsync(TimeSpan.FromSeconds(30));

    [Fact]
    public void Supervisor_is_judged_by_states_and_names_what_is_not_running()
    {
        var status = SupervisorStatus.Read("apiserver                        RUNNING    pid 909, uptime 0:00:02\r\ngroup:cb_server   FATAL   Exited too quickly (process log may have details)\r\nproxy STARTING\r\n\r\n");
        status.AllRunning.ShouldBeFalse();
        status.NotRunning.Select(s => $"{s.Name} {s.State}").ShouldBe(["group:cb_server FATAL", "proxy STARTING"]);
        status.IsSettling.ShouldBeFalse("FATAL does not get better by waiting");
    }

    [Theory]
    [InlineData("a RUNNING pid 1\nb STARTING", true)]
    [InlineData("a BACKOFF Exited too quickly", true)]
    [InlineData("a STOPPED Not started", false)]
    [InlineData("a RUNNING pid 1", false)]
    [InlineData("unix:///var/run/supervisor.sock no such file", true)]
    public void Waiting_is_worth_it_only_while_something_is_on_its_way(string text, bool expected) => SupervisorStatus.Read(text).IsSettling.ShouldBe(expected);

    [Theory]
    [InlineData("")]
    [InlineData("unix:///var/run/supervisor.sock refused connection\n")]
    public void A_supervisor_that_does_not_answer_is_never_healthy(string text) => SupervisorStatus.Read(text).AllRunning.ShouldBeFalse();

    [Theory]
    [InlineData("hyper01 disk Normal", "hyper01 disk", CheckState.Fine)]
    [InlineData("hyper01   disk ......... [ok]", "hyper01 disk", CheckState.Fine)]
    [InlineData("| hyper01 | disk | Abnormal | 91% used |", "hyper01 disk", CheckState.Bad)]
    [InlineData("hyper01 ntp: Unknown", "hyper01 ntp", CheckState.Bad)]
    [InlineData("hyper01 error-log check   Normal", "hyper01 error-log check", CheckState.Fine)]
    [InlineData("\u001b[31mhyper01 raid error\u001b[0m\r", "hyper01 raid", CheckState.Bad)]
    [InlineData("hyper01 raid Ignored (no card)", "hyper01 raid", CheckState.Ignored)]
    [InlineData("hyper01 磁盘 错误", "hyper01 磁盘", CheckState.Bad)]
    public void A_check_item_has_a_key_without_its_changing_detail(string line, string key, CheckState state)
    {
        var item = CheckPyReport.Read(line).Items.ShouldHaveSingleItem();
        (item.Key, item.State).ShouldBe((key, state));
    }

    [Fact]
    public void Headings_name_the_node_of_the_items_below_them_and_summaries_are_no_items()
    {
        var report = CheckPyReport.Read("Checking node [hyper01] ...\n[hyper01]\n  disk  Normal\n  ntp   Abnormal offset 3s\n[hyper02]\n  disk  Normal\nNormal: 2, Abnormal: 1, Ignored: 0\n");
        report.Items.Select(i => i.Key).ShouldBe(["hyper01: disk", "hyper01: ntp", "hyper02: disk"]);
    }

    [Fact]
    public void Only_what_was_fine_before_blocks_and_the_rest_is_listed()
    {
        var now = CheckPyReport.Read("a Abnormal\nb error\nc Normal\nd Unknown");
        var (fresh, known) = now.Against(new HashSet<string> { "b" });
        fresh.Select(i => i.Key).ShouldBe(["a", "d"], "an item that the baseline does not know counts");
        known.Select(i => i.Key).ShouldBe(["b"]);
    }

    [Fact]
    public void Without_a_baseline_every_bad_item_counts() => CheckPyReport.Read("a Abnormal\nb Normal").Against(null).New.Select(i => i.Key).ShouldBe(["a"]);

    [Fact]
    public void The_upgrade_log_is_read_from_the_last_run_on()
    {
        var log = UpgradeLog.Read("2019-01-01 10:00:00 Info: Begin to upgrade platform...\n2019-01-01 The installer is upgraded successfully. Check it please!\n\n2026-11-24 10:00:00 Info: Begin to upgrade platform...\r\nrsync error: 错误\r\n");
        log.SaysDone.ShouldBeFalse("the success line is of a run of years ago");
        log.Section.Count.ShouldBe(2);
        log.Errors.ShouldBe(["rsync error: 错误"]);
        UpgradeLog.Read("").SaysDone.ShouldBeFalse();
        var own = new System.Text.RegularExpressions.Regex("^== run");
        UpgradeLog.Read("== run\nall is well\n", own, new System.Text.RegularExpressions.Regex("is well$")).SaysDone.ShouldBeTrue("a site's own lines");
    }
}
