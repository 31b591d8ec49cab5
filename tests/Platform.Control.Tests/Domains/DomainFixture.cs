using System.Net.Http.Json;
using Platform.Contracts.Api;
using Platform.Control.Domains;
using Platform.Control.Tests.Hosting;
using Platform.Data;
using Platform.Testing;

namespace Platform.Control.Tests.Domains;

/// <summary>A control plane with a DNS of the test's own, two tenants with an app each, and time that the test moves.</summary>
internal sealed class DomainFixture : IAsyncDisposable
{
    private DomainFixture(ControlServer server, DnsServer dns, ShiftedTime time, HttpClient acme, HttpClient other)
    {
        Server = server;
        Dns = dns;
        Time = time;
        Acme = acme;
        Other = other;
    }

    public ControlServer Server { get; }

    public DnsServer Dns { get; }

    public ShiftedTime Time { get; }

    /// <summary>Owner of tenant <c>acme</c>, app <c>web</c>.</summary>
    public HttpClient Acme { get; }

    /// <summary>Owner of tenant <c>other</c>, app <c>web</c>.</summary>
    public HttpClient Other { get; }

    public FakeWeb Web => Server.Get<FakeWeb>();

    public static async Task<DomainFixture> StartAsync(Dialect dialect)
    {
        var dns = new DnsServer();
        var time = new ShiftedTime();
        var server = await ControlServer.StartAsync(
            dialect, options => options with { DnsServers = [dns.EndPoint], BaseDomain = "platform.example.com", AppsDomain = "apps.example.net" }, time);
        var acme = await server.CreateTenantAsync("acme");
        var other = await server.CreateTenantAsync("other");
        await acme.DeployAsync("acme", "web", Api.Wasm());
        await other.DeployAsync("other", "web", Api.Wasm());
        return new DomainFixture(server, dns, time, acme, other);
    }

    public static string Path(string tenant, string? name = null) => $"/v1/tenants/{tenant}/apps/web/domains" + (name is null ? "" : "/" + name);

    public static Task<HttpResponseMessage> PostAsync(HttpClient client, string tenant, string name) =>
        client.PostAsJsonAsync(Path(tenant), new CreateDomainRequest(name));

    public static async Task<DomainResource> ClaimAsync(HttpClient client, string tenant, string name)
    {
        using var response = await PostAsync(client, tenant, name);
        return await response.ReadAsync<DomainResource>(201);
    }

    /// <summary>Claims a name and proves it by DNS.</summary>
    public async Task<DomainResource> ClaimAndVerifyAsync(HttpClient client, string tenant, string name)
    {
        Prove(await ClaimAsync(client, tenant, name));
        using var response = await VerifyAsync(client, tenant, name);
        return await response.ReadAsync<DomainResource>(200);
    }

    public void Prove(DomainResource domain) => Dns.Set(domain.Proof.Dns.Name, "v=spf1 -all", domain.Proof.Dns.Value);

    /// <summary>Asks for a check, some time after the last one.</summary>
    public Task<HttpResponseMessage> VerifyAsync(HttpClient client, string tenant, string name)
    {
        Time.Advance(DomainStore.CheckInterval);
        return client.PostAsync(Path(tenant, name) + "/verify", null);
    }

    /// <summary>A day passes, with its checks.</summary>
    public async Task PassDayAsync()
    {
        Time.Advance(TimeSpan.FromHours(25));
        await Server.Get<DomainChecks>().RunAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        Dns.Dispose();
    }
}
