using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Platform.Contracts.Api;

namespace Platform.Control.Tests.Hosting;

/// <summary>What the tests say of the API, by intent.</summary>
internal static class Api
{
    /// <summary>Bytes that the fake preparer takes for a component.</summary>
    public static byte[] Wasm(string content = "") => [.. "\0asm"u8, .. Encoding.UTF8.GetBytes(content)];

    public static string Hex(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    public static MultipartFormDataContent Form(byte[] module) => new() { { new ByteArrayContent(module), "module", "app.wasm" } };

    public static MultipartFormDataContent Form(string manifest, params (string Name, byte[] Content)[] files)
    {
        var form = new MultipartFormDataContent { { new StringContent(manifest), "manifest", "spin.toml" } };
        foreach (var (name, content) in files)
        {
            form.Add(new ByteArrayContent(content), name, Path.GetFileName(name));
        }

        return form;
    }

    public static Task<HttpResponseMessage> PostDeployAsync(this HttpClient client, string tenant, string app, byte[] module, string query = "") =>
        client.PostAsync($"/v1/tenants/{tenant}/apps/{app}/deploy{query}", Form(module));

    public static async Task<DeployResource> DeployAsync(this HttpClient client, string tenant, string app, byte[] module)
    {
        using var response = await client.PostDeployAsync(tenant, app, module);
        return await response.ReadAsync<DeployResource>(201);
    }

    public static async Task<T> GetAsync<T>(this HttpClient client, string path)
    {
        using var response = await client.GetAsync(path);
        return await response.ReadAsync<T>(200);
    }

    public static async Task<T> ReadAsync<T>(this HttpResponseMessage response, int status)
    {
        var body = await response.Content.ReadAsStringAsync();
        Assert.True((int)response.StatusCode == status, $"{(int)response.StatusCode} {body}");
        return JsonSerializer.Deserialize<T>(body, JsonSerializerOptions.Web)!;
    }

    /// <summary>Checks a problem's status and type and returns its whole body.</summary>
    public static async Task<string> ProblemAsync(this HttpResponseMessage response, int status, string type)
    {
        var body = await response.Content.ReadAsStringAsync();
        Assert.True((int)response.StatusCode == status, $"{(int)response.StatusCode} {body}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        using var json = JsonDocument.Parse(body);
        Assert.Equal("urn:platform:problem:" + type, json.RootElement.GetProperty("type").GetString());
        Assert.Equal(status, json.RootElement.GetProperty("status").GetInt32());
        Assert.NotEmpty(json.RootElement.GetProperty("title").GetString()!);
        Assert.NotEmpty(json.RootElement.GetProperty("detail").GetString()!);
        return body;
    }
}
