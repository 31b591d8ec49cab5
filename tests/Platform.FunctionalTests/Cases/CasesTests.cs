namespace Platform.FunctionalTests.Cases;

/// <summary>Every folder of <c>tests/cases</c>, through the whole platform.</summary>
public sealed class CasesTests(CasesPlatform platform) : IClassFixture<CasesPlatform>
{
    public static TheoryData<string> Cases => [.. Case.All];

    [Theory]
    [MemberData(nameof(Cases))]
    public Task Case_AsItsFolderSays(string name) => new Case(name, platform.Fill).CheckAsync(platform.Tenant, CasesPlatform.NewApp(), platform.Url);
}
