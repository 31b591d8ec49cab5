using System.Text.Json;
using Platform.Contracts.Api;
using Platform.Contracts.Requests;
using Platform.Contracts.Usage;
using Platform.Contracts.Versions;
using Platform.Control.Sessions;

namespace Platform.Control.OpenApi;

/// <summary>One example of each body that the API takes or answers with. They tell one story: the tenant acme, its app hello, Jo who is a member.</summary>
internal static class Examples
{
    private const string Sha256 = "0b0a3c1d8f6f0a9f4f4c58b3f7c6b0d5c1f6a1f0d9f2f7f1c3b2a190807f6e5d";
    private const string Jo = "jo@example.com";
    private const string AppUrl = "http://hello--acme.localhost:8080/";
    private const string VersionUrl = "http://hello--v2--acme.localhost:8080/";
    private const string Operator = "operator";
    private const string Outbound = "hello: outbound https://api.example.com";

    private static readonly DateTimeOffset At = new(2026, 11, 26, 9, 30, 0, TimeSpan.Zero);

    private static readonly UsageValues Values = new(1200, 211_441_200, 494_400, 636_000, 98_400, 158_400, 0, 0, 0, 1, 2048);

    private static readonly RequestReceipt Receipt = new(1, 2, 176_201, 1_245_184, 412, 485, false);

    private static readonly VersionDocument Document = new()
    {
        Components = [new ComponentDocument { Id = "hello", ModuleSha256 = Sha256 }],
        Routes = [new RouteDocument("/...", "hello")],
    };

    private static readonly TrafficResource Traffic = new([new TrafficSplit(2, 90), new TrafficSplit(1, 10)], Sticky: true);

    private static readonly CertificateResource Certificate = new("CN=shop.example.com", ["shop.example.com"], At, At.AddDays(90), Sha256, null);

    private static readonly Dictionary<Type, object> Known = new object[]
    {
        new AcceptInvitationRequest("Zk3v…", "Jo", "correct horse battery staple"),
        new AcceptedInvitationResource("acme", TokenRole.Developer, Jo),
        new AntiforgeryResource("platform-antiforgery", "CfDJ8…"),
        new AppResource("hello", AppUrl, 2, At),
        new AuditEntryResource(
            42, At, "acme", "token:3", "ci", "203.0.113.7", "0HNH1", "app.traffic", "app:hello", JsonSerializer.SerializeToElement(new { version = 1 }), JsonSerializer.SerializeToElement(new { version = 2 })),
        new ChangeMemberRequest(TokenRole.Viewer),
        new ChangePasswordRequest("correct horse battery staple", "a longer correct horse battery staple"),
        new CompletePasswordResetRequest("p0Qd…", "correct horse battery staple"),
        new CreateDomainRequest("shop.example.com"),
        new CreateTenantRequest("acme"),
        new CreateTokenRequest("ci", TokenRole.Developer),
        new CreatedInvitationResource("5", Jo, TokenRole.Developer, At, Operator, At.AddDays(1), "Zk3v…", "http://localhost:8080/join#Zk3v…"),
        new CreatedTokenResource("3", "ci", TokenRole.Developer, At, Operator, null, "plat_…"),
        new DeployResource(2, VersionState.Ready, AppUrl, new DeployUrls(AppUrl, VersionUrl), [Outbound], new CapabilityChanges([Outbound], []), 1),
        new DomainResource(
            "shop.example.com",
            DomainState.Verified,
            At,
            new DomainProof(new DnsProof("_platform-challenge.shop.example.com", "TXT", "platform-…"), new HttpProof("http://shop.example.com/.well-known/platform-challenge", "platform-…")),
            At,
            "dns",
            At,
            0,
            null,
            Certificate),
        new InvitationResource("5", Jo, TokenRole.Developer, At, Operator, At.AddDays(1)),
        new InviteMemberRequest(Jo, TokenRole.Developer),
        new JwksDocument([new JwkDocument("EC", "sig", "ES256", "1", "P-256", "f83OJ3D2…", "x_FEzRu9…")]),
        new LimitsDocument(Fuel: 500_000_000, WallMs: 5_000),
        new LogLineResource(7, At, 2, "hello", "0HNH1", "stdout", "hello, acme"),
        new MeResource("user:4", "Jo", Jo, false, [new MembershipResource("acme", TokenRole.Developer)]),
        new MemberResource("4", Jo, "Jo", TokenRole.Developer, At),
        new MetricsResource("minute", At.AddHours(-1), At, [new MetricsPoint(At.AddMinutes(-1), 1200, 1, 0, 1, 0.412, 1.9, 3.4, 176_201, 1_245_184)]),
        new RequestResource("01k9b7r1m2c4e8f0g6h2j4n8p0", At, "GET", "/", 2, "hello", 200, "2xx", 530, Receipt),
        new RequestDetailsResource(
            "01k9b7r1m2c4e8f0g6h2j4n8p0", At, "GET", "/", 2, "hello", 200, "2xx", 530, Receipt, "/...", null, "4bf92f3577b34da6a3ce929d0e0e4736",
            [new RequestSpan("request", 0, 530, null), new RequestSpan("queue", 20, 6, 0), new RequestSpan("instantiate", 26, 35, 0), new RequestSpan("run", 61, 450, 0)],
            0,
            [new LogLineResource(7, At, 2, "hello", "01k9b7r1m2c4e8f0g6h2j4n8p0", "stdout", "hello, acme")]),
        new ModuleResource(Sha256, 2711),
        new OneTimeLinkResource("p0Qd…", "http://localhost:8080/reset-password#p0Qd…", At.AddDays(1)),
        new OperatorTokenResource("plat_…"),
        new PutCertificateRequest("-----BEGIN CERTIFICATE-----\n…", "-----BEGIN PRIVATE KEY-----\n…"),
        new QuotaResource(
            new QuotaValue(1000), new QuotaValue(2000), new QuotaValue(100), new QuotaValue(250), new QuotaValue(50, 3), new QuotaValue(1L << 30, 2711), new QuotaValue(null, 211_441_200), At.AddDays(5), new LimitsDocument(Fuel: 10_000_000_000)),
        new RefreshSessionRequest("b8Xw…"),
        new RollbackRequest(1),
        new SecretResource("api_key", At, Operator),
        new SessionResource("eyJhbGciOiJFUzI1NiJ9.…", At.AddMinutes(10), "b8Xw…", At.AddDays(30)),
        new SetValueRequest("good morning"),
        new SignInRequest(Jo, "correct horse battery staple"),
        new TenantResource("acme", At, new QuotaDocument(Apps: 50)),
        new TenantSettingsResource(true),
        new TokenResource("3", "ci", TokenRole.Developer, "plat_Xq3", At, Operator, null, At),
        Traffic,
        new TriggersResource(
            [new HttpTriggerResource("/...", "hello")], [new RedisTriggerResource("orders", "hello", null, TriggerStatus.Subscribed, null, 12, 0, 0)]),
        new UpdateTenantRequest(new QuotaDocument(Apps: 50)),
        new UsageResource(At.Date, At.Date.AddDays(1), "day", [new UsageRow(At.Date, "hello", 2, new Dictionary<string, long> { ["2xx"] = 1199, ["trap"] = 1 }, Values)]),
        new UserResource("4", Jo, "Jo", At),
        new VariableResource("greeting", "good morning", At, Operator),
        new VersionResource(2, VersionState.Ready, null, true, AppUrl, VersionUrl, [Outbound], At, "token:3", "Fixes the greeting", null, Document),
        new WorkerResource("w-7f3a", "https://10.0.0.12:9080/", "east", "1.4.0", 256, 12, false, false, At),
    }.ToDictionary(static example => example.GetType());

    /// <summary>The example of a body of a type, a page with one item for <see cref="Page{T}"/>.</summary>
    /// <exception cref="InvalidOperationException">The type has none.</exception>
    public static object Of(Type type) =>
        Known.GetValueOrDefault(type)
        ?? (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Page<>) ? PageOf(type) : null)
        ?? throw new InvalidOperationException($"{type} is a body of the API without an example.");

    private static object? PageOf(Type page)
    {
        var items = Array.CreateInstance(page.GenericTypeArguments[0], 1);
        items.SetValue(Of(page.GenericTypeArguments[0]), 0);
        return Activator.CreateInstance(page, items, null);
    }
}
