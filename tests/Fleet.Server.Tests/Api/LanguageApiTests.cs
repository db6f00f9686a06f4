using System.Net;
using Fleet.Server.Api;
using Microsoft.Net.Http.Headers;

namespace Fleet.Server.Tests.Api;

public sealed class LanguageApiTests(RunningServer server) : IClassFixture<RunningServer>
{
    private const string InEnglish = "There is no zone nowhere. fleet zones list shows them.";
    private const string InChinese = "没有区域 nowhere。用 fleet zones list 可查看。";

    [Theory]
    [InlineData("zh-CN", InChinese, "zh-CN")]
    [InlineData("zh", InChinese, "zh-CN")]
    [InlineData("en", InEnglish, "en")]
    [InlineData("de", InEnglish, "en")]
    [InlineData(null, InEnglish, "en")]
    public async Task A_refusal_is_told_in_the_language_that_was_accepted(string? accepted, string message, string language)
    {
        using var response = await GetAsync("zones/nowhere", accepted);
        response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        var problem = await RunningServer.JsonAsync(response);
        problem.GetProperty("errors")[0].GetProperty("message").GetString().ShouldBe(message);
        problem.GetProperty("errors")[0].GetProperty("code").GetString().ShouldBe("zone-not-found");
        problem.GetProperty("detail").GetString().ShouldBe(message);
        problem.GetProperty("title").GetString().ShouldBe(language == "en" ? "It is not there." : "它不存在。");
        response.Content.Headers.ContentLanguage.ShouldBe([language]);
        response.Headers.Vary.ShouldContain("Accept-Language");
    }

    [Fact]
    public async Task A_link_may_name_the_language_and_only_one_that_is_spoken()
    {
        using var chinese = await GetAsync("zones/nowhere?lang=zh-CN", "en");
        (await MessageAsync(chinese)).ShouldBe(InChinese);
        using var refused = await GetAsync("zones?lang=tlh", "zh-CN");
        refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await MessageAsync(refused)).ShouldBe("lang：不允许“tlh”。允许：en, zh-CN。");
    }

    [Fact]
    public async Task Who_has_no_token_is_told_so_in_their_language_too()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/zones");
        request.Headers.TryAddWithoutValidation("Accept-Language", "zh-CN");
        using var response = await server.Nobody.SendAsync(request);
        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await MessageAsync(response)).ShouldStartWith("需要令牌");
    }

    [Fact]
    public async Task What_one_person_did_in_Chinese_another_reads_in_English()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/zones/import") { Content = new StringContent(RunningServer.Inventory("lga")) };
        request.Headers.TryAddWithoutValidation("Accept-Language", "zh-CN");
        using var imported = await server.Operator.SendAsync(request);
        imported.IsSuccessStatusCode.ShouldBeTrue(await imported.Content.ReadAsStringAsync());
        (await AuditAsync("en")).ShouldBe("The zone was added to the inventory.");
        (await AuditAsync("zh-CN")).ShouldBe("区域已添加到清单。");
    }

    [Theory]
    [InlineData("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN")]
    [InlineData("en;q=0.5,zh;q=0.8", "zh-CN")]
    [InlineData("de,zh-CN;q=0.5", "zh-CN")]
    [InlineData("zh;q=0,en;q=0.1", "en")]
    [InlineData("*", "en")]
    public void The_best_of_what_is_accepted_is_spoken(string accepted, string language) =>
        SpokenLanguage.Best([.. StringWithQualityHeaderValue.ParseList([accepted])]).Tag.ShouldBe(language);

    private static async Task<string?> MessageAsync(HttpResponseMessage response) =>
        (await RunningServer.JsonAsync(response)).GetProperty("errors")[0].GetProperty("message").GetString();

    private async Task<string?> AuditAsync(string language)
    {
        using var response = await GetAsync("audit?zone=lga", language);
        var entries = await RunningServer.JsonAsync(response);
        return entries.EnumerateArray().Single(e => e.GetProperty("code").GetString() == "zone-added").GetProperty("text").GetString();
    }

    private async Task<HttpResponseMessage> GetAsync(string path, string? accepted)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/{path}");
        if (accepted is not null)
            request.Headers.TryAddWithoutValidation("Accept-Language", accepted);
        return await server.Operator.SendAsync(request);
    }
}
