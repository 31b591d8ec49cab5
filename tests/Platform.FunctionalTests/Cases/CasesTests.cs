using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Platform.FunctionalTests.Cases;

/// <summary>Every folder of <c>tests/cases</c>, through the whole platform.</summary>
public sealed class CasesTests(CasesPlatform platform) : IClassFixture<CasesPlatform>
{
    // Quotation marks as they are.
    private static readonly JsonSerializerOptions s_readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static TheoryData<string> Cases => [.. Case.All];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Case_AsItsFolderSays(string name)
    {
        var @case = new Case(name, platform.Fill);
        var app = CasesPlatform.NewApp();
        using var deploy = await platform.Tenant.TryDeployManifestAsync(app, @case.Manifest, [.. @case.Uploads]);
        var answer = await deploy.Content.ReadAsStringAsync();
        if (@case.Refused is { } refused)
        {
            Assert.Equal(refused[0], $"{(int)deploy.StatusCode}");
            var problem = JsonNode.Parse(answer)!.ToJsonString(s_readable);
            Assert.All(refused.Skip(1), line => Assert.Contains(line, problem, StringComparison.Ordinal));
            return;
        }

        Assert.True((int)deploy.StatusCode == 201, answer);
        foreach (var (request, expected) in @case.Exchanges())
        {
            request.RequestUri = new Uri(platform.Url, request.RequestUri!.OriginalString);
            using var response = await platform.Tenant.SendAsync(app, request);
            await expected.CheckAsync(response);
        }
    }
}
