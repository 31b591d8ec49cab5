using System.Net;
using System.Text.Json.Nodes;

namespace Platform.FunctionalTests.Hosting;

/// <summary>A tenant and what its developer does.</summary>
internal sealed class Tenant(PlatformServer server, string name, string token)
{
    public string Name { get; } = name;

    public string Token { get; } = token;

    public string HostOf(string app) => $"{app}--{Name}.localhost";

    /// <summary>Deploys a guest of the tree; fails unless it went live.</summary>
    public async Task<JsonNode> DeployAsync(string app, string guest) =>
        await DeployAsync(app, await File.ReadAllBytesAsync(Repository.Guest(guest)));

    public async Task<JsonNode> DeployAsync(string app, byte[] module)
    {
        using var response = await TryDeployAsync(app, module);
        return await PlatformServer.ExpectAsync(response, HttpStatusCode.Created);
    }

    public async Task<HttpResponseMessage> TryDeployAsync(string app, byte[] module)
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent(module), "module", app + ".wasm" } };
        return await server.SendAsync(HttpMethod.Post, AppPath(app) + "/deploy", Token, form);
    }

    /// <summary>Deploys a manifest with the files it names.</summary>
    public async Task<HttpResponseMessage> TryDeployManifestAsync(string app, string manifest, params (string Path, byte[] Content)[] files)
    {
        using var form = new MultipartFormDataContent { { new StringContent(manifest), "manifest", "spin.toml" } };
        foreach (var (path, content) in files)
        {
            form.Add(new ByteArrayContent(content), path, Path.GetFileName(path));
        }

        return await server.SendAsync(HttpMethod.Post, AppPath(app) + "/deploy", Token, form);
    }

    public async Task<JsonNode> DeployManifestAsync(string app, string manifest, params (string Path, byte[] Content)[] files)
    {
        using var response = await TryDeployManifestAsync(app, manifest, files);
        return await PlatformServer.ExpectAsync(response, HttpStatusCode.Created);
    }

    public Task<HttpResponseMessage> GetAsync(string app, string path = "/") => server.GetAppAsync(HostOf(app), path);

    public Task<HttpResponseMessage> SendAsync(string app, HttpRequestMessage request, HttpCompletionOption completion = HttpCompletionOption.ResponseContentRead) =>
        server.SendToAppAsync(request, HostOf(app), completion);

    public Task<HttpResponseMessage> ApiAsync(HttpMethod method, string app, string path, HttpContent? content = null) =>
        server.SendAsync(method, AppPath(app) + path, Token, content);

    public Task<HttpResponseMessage> TenantApiAsync(HttpMethod method, string path, HttpContent? content = null) => server.SendAsync(method, $"/v1/tenants/{Name}{path}", Token, content);

    /// <summary>Follows the app's log; the response's body goes on.</summary>
    public Task<HttpResponseMessage> FollowLogsAsync(string app, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, AppPath(app) + "/logs?follow=true") { Headers = { { "Authorization", $"Bearer {Token}" } } };
        return server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    /// <summary>The app answers as the C hello does.</summary>
    public async Task ExpectHelloAsync(string app)
    {
        using var response = await GetAsync(app);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private string AppPath(string app) => $"/v1/tenants/{Name}/apps/{app}";
}
