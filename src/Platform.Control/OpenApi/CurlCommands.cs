namespace Platform.Control.OpenApi;

/// <summary>
/// The curl commands that call each operation, in an order in which all of them work one after the other on a new installation: <c>docs/api.md</c> shows them so, and a test runs them so.
/// <c>$API</c> is the address of <c>/v1</c>, <c>$TOKEN</c> the operator's token.
/// </summary>
internal static class CurlCommands
{
    private const string Tenant = "$API/tenants/acme";
    private const string App = Tenant + "/apps/hello";
    private const string Module = "tests/guests/bin/c-hello.wasm";
    private const string Session = "$(curl -s --json '{\"email\":\"jo@example.com\",\"password\":\"correct horse battery staple\"}' \"$API/sessions\" | jq -r .accessToken)";

    /// <summary>Operation and command, in order.</summary>
    public static IReadOnlyList<(string Operation, string Command)> All { get; } =
    [
        ("CreateTenant", Authorized("-H 'Idempotency-Key: first-tenant' --json '{\"name\":\"acme\"}'", "$API/tenants")),
        ("ListTenants", Get("$API/tenants?limit=20")),
        ("GetTenant", Get(Tenant)),
        ("UpdateTenant", $$"""
            ETAG=$({{Authorized("-o /dev/null -w '%header{etag}'", Tenant)}})
            {{Authorized("-X PATCH -H \"If-Match: $ETAG\" --json '{\"quota\":{\"apps\":50,\"limits\":{\"fuel\":5000000000}}}'", Tenant)}}
            """),
        ("GetQuota", Get(Tenant + "/quota")),
        ("DeleteTenant", Delete(Tenant)),
        ("RestoreTenant", Post(Tenant + "/restore")),

        ("CreateToken", $"""
            TOKEN_ID=$({Send("POST", Tenant + "/tokens", """{"name":"laptop","role":"viewer"}""")} | jq -r .id)
            DEVELOPER=$({Send("POST", Tenant + "/tokens", """{"name":"ci","role":"developer","expires":"2099-01-01T00:00:00Z"}""")} | jq -r .token)
            """),
        ("ListTokens", Get(Tenant + "/tokens")),
        ("GetToken", Get(Tenant + "/tokens/$TOKEN_ID")),
        ("DeleteToken", Delete(Tenant + "/tokens/$TOKEN_ID")),

        ("PutModule", $"""
            SHA256=$(sha256sum {Module} | cut -d' ' -f1)
            {Authorized("-T " + Module, Tenant + "/modules/sha256:$SHA256")}
            """),
        ("GetModule", Get(Tenant + "/modules/sha256:$SHA256") + " | sha256sum"),
        ("HeadModule", Authorized("-I", Tenant + "/modules/sha256:$SHA256")),

        ("Deploy", $"""
            {Authorized($"-F module=@{Module}", App + "/deploy")}
            {Authorized($"-F manifest=@tests/cases/hello/c/spin.toml -F hello-c.wasm=@{Module} -F message='Fixes the greeting'", App + "/deploy")}
            """),
        ("ListVersions", Get(App + "/versions")),
        ("GetVersion", Get(App + "/versions/1")),
        ("Rollback", Send("POST", App + "/rollback", """{"version":1}""")),
        ("GetTraffic", Get(App + "/traffic")),
        ("PutTraffic", Send("PUT", App + "/traffic", """{"splits":[{"version":2,"percent":90},{"version":1,"percent":10}],"sticky":true}""")),
        ("PutTenantSettings", Send("PUT", Tenant + "/settings", """{"requireApproval":true}""")),
        ("GetTenantSettings", Get(Tenant + "/settings")),
        ("ApproveVersion", $"""
            curl -s -H "Authorization: Bearer $DEVELOPER" -F manifest=@docs/api/wider.toml -F hello-c.wasm=@{Module} "{App}/deploy"
            {Post(App + "/versions/3/approve")}
            """),
        ("ListApps", Get(Tenant + "/apps")),
        ("GetApp", Get(App)),
        ("DeleteApp", Delete(App)),
        ("RestoreApp", Post(App + "/restore")),
        ("GetTriggers", Get(App + "/triggers")),

        ("SetVariable", Send("PUT", App + "/variables/greeting", """{"value":"good morning"}""")),
        ("ListVariables", Get(App + "/variables")),
        ("GetVariable", Get(App + "/variables/greeting")),
        ("DeleteVariable", Delete(App + "/variables/greeting")),
        ("SetSecret", Send("PUT", App + "/secrets/api_key", """{"value":"s3cret"}""")),
        ("ListSecrets", Get(App + "/secrets")),
        ("DeleteSecret", Delete(App + "/secrets/api_key")),
        ("SetLimits", Send("PUT", App + "/limits", """{"fuel":500000000,"wallMs":5000}""")),
        ("GetLimits", Get(App + "/limits")),

        ("CreateDomain", Send("POST", App + "/domains", """{"name":"shop.example.com"}""")),
        ("ListDomains", Get(App + "/domains")),
        ("VerifyDomain", Post(App + "/domains/shop.example.com/verify")),
        ("PutDomainCertificate", $"""
            openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 90 -subj /CN=shop.example.com -addext subjectAltName=DNS:shop.example.com -addext extendedKeyUsage=serverAuth -keyout key.pem -out certificate.pem
            jq -n --rawfile certificate certificate.pem --rawfile key key.pem '$ARGS.named' | {Authorized("-X PUT --json @-", App + "/domains/shop.example.com/certificate")}
            """),
        ("GetDomain", Get(App + "/domains/shop.example.com")),
        ("DeleteDomainCertificate", Delete(App + "/domains/shop.example.com/certificate")),
        ("DeleteDomain", Delete(App + "/domains/shop.example.com")),

        ("PublishMessage", Authorized("-d 'order 4711'", Tenant + "/channels/orders/messages")),
        ("GetLogs", Get(App + "/logs?limit=20")),
        ("GetMetrics", Get(App + "/metrics?resolution=minute")),
        ("ListRequests", Get(App + "/requests?limit=20")),
        ("GetRequest", $$"""
            REQUEST_ID=$(curl -s -o /dev/null -w '%header{platform-request-id}' -H 'Host: hello--acme.localhost' "${API%/v1}/")
            {{Authorized("--fail --retry 5 --retry-all-errors --retry-delay 1", App + "/requests/${REQUEST_ID:-none}")}}
            """),
        ("GetUsage", Get(Tenant + "/usage?granularity=day")),
        ("ExportUsage", Get(Tenant + "/usage/export?format=csv")),
        ("GetAppUsage", Get(App + "/usage?granularity=hour")),
        ("ExportAppUsage", Get(App + "/usage/export?format=json")),
        ("ListAudit", Get(Tenant + "/audit?limit=5")),
        ("ExportAudit", Get(Tenant + "/audit/export?format=csv")),
        ("ListInstallationAudit", Get("$API/audit?limit=5")),
        ("ExportInstallationAudit", Get("$API/audit/export?format=json")),

        ("InviteMember", $"""
            INVITATION=$({Send("POST", Tenant + "/members", """{"email":"jo@example.com","role":"developer"}""")} | jq -r .token)
            INVITATION_ID=$({Send("POST", Tenant + "/members", """{"email":"typo@example.com","role":"viewer"}""")} | jq -r .id)
            """),
        ("ListInvitations", Get(Tenant + "/invitations")),
        ("DeleteInvitation", Delete(Tenant + "/invitations/$INVITATION_ID")),
        ("AcceptInvitation", """
            curl -s --json "{\"token\":\"$INVITATION\",\"name\":\"Jo\",\"password\":\"correct horse battery staple\"}" "$API/invitations/accept"
            """),
        ("ListMembers", $"""
            MEMBER_ID=$({Get(Tenant + "/members")} | jq -r .items[0].id)
            """),
        ("GetMember", Get(Tenant + "/members/$MEMBER_ID")),
        ("ChangeMember", Send("PATCH", Tenant + "/members/$MEMBER_ID", """{"role":"viewer"}""")),
        ("ResetMemberPassword", $"""
            RESET=$({Post(Tenant + "/members/$MEMBER_ID/password-reset")} | jq -r .token)
            """),
        ("CompletePasswordReset", """
            curl -s --json "{\"token\":\"$RESET\",\"password\":\"correct horse battery staple\"}" "$API/password-resets/complete"
            """),
        ("RemoveMember", Delete(Tenant + "/members/$MEMBER_ID")),

        ("SignIn", """
            REFRESH=$(curl -s --json '{"email":"jo@example.com","password":"correct horse battery staple"}' "$API/sessions" | jq -r .refreshToken)
            """),
        ("RefreshSession", """
            SESSION=$(curl -s --json "{\"refreshToken\":\"$REFRESH\"}" "$API/sessions/refresh" | jq -r .accessToken)
            """),
        ("GetAntiforgery", """
            curl -s -H "Authorization: Bearer $SESSION" "$API/sessions/current/antiforgery"
            """),
        ("SignOut", """
            curl -s -X DELETE -H "Authorization: Bearer $SESSION" "$API/sessions/current"
            """),
        ("GetJwks", """
            curl -s "${API%/v1}/.well-known/jwks.json"
            """),
        ("ReplaceSigningKeys", Post("$API/signing-keys/replace")),
        ("SignInAtAuthority", """
            curl -s -o /dev/null -w '%{redirect_url}\n' "$API/sessions/authority?returnUrl=/"
            """),
        ("AcceptInvitationAtAuthority", """
            curl -s -o /dev/null -w '%{redirect_url}\n' -d "invitation=$INVITATION" "$API/sessions/authority"
            """),

        ("GetMe", $"""
            curl -s -H "Authorization: Bearer {Session}" "$API/me"
            """),
        ("ChangePassword", $$"""
            curl -s -X PUT -H "Authorization: Bearer {{Session}}" --json '{"current":"correct horse battery staple","password":"a longer correct horse battery staple"}' "$API/me/password"
            """),
        ("ListUsers", Get("$API/users")),
        ("ResetUserPassword", Post("$API/users/$MEMBER_ID/password-reset")),
        ("DeleteUser", Delete("$API/users/$MEMBER_ID")),
        ("ListWorkers", Get("$API/workers")),
        ("RotateOperatorToken", $"""
            TOKEN=$({Post("$API/operator-token/rotate")} | jq -r .token)
            """),
    ];

    private static readonly Dictionary<string, string> ByOperation = All.ToDictionary(static known => known.Operation, static known => known.Command, StringComparer.Ordinal);

    /// <summary>The commands of an operation.</summary>
    /// <exception cref="InvalidOperationException">It has none.</exception>
    public static string Of(string operation) =>
        ByOperation.GetValueOrDefault(operation) ?? throw new InvalidOperationException($"The operation {operation} has no example command.");

    private static string Get(string url) => Authorized("", url);

    private static string Post(string url) => Authorized("-X POST", url);

    private static string Delete(string url) => Authorized("-X DELETE", url);

    private static string Send(string method, string url, string json) => Authorized($"{(method == "POST" ? "" : $"-X {method} ")}--json '{json}'", url);

    private static string Authorized(string options, string url) => $"curl -s -H \"Authorization: Bearer $TOKEN\" {options}{(options.Length > 0 ? " " : "")}\"{url}\"";
}
