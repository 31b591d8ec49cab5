using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Platform.Load;

/// <summary>The control plane's API, each call with a token of its own. Fails on any status but the one that is expected.</summary>
internal sealed class ControlClient(Uri address, string operatorToken, byte[] module) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { PooledConnectionLifetime = Timeout.InfiniteTimeSpan }) { BaseAddress = address, Timeout = TimeSpan.FromSeconds(60) };

    /// <summary>What is deployed.</summary>
    public byte[] Module => module;

    /// <summary>The installation's own token.</summary>
    public string OperatorToken => operatorToken;

    public Task<T> GetAsync<T>(string path, string token) => SendAsync<T>(HttpMethod.Get, path, token, null, 200);

    public Task<T> PostAsync<T>(string path, string token, object body) => SendAsync<T>(HttpMethod.Post, path, token, JsonContent.Create(body), 201);

    /// <summary>Deploys the module.</summary>
    public Task<T> DeployAsync<T>(string path, string token) =>
        SendAsync<T>(HttpMethod.Post, path, token, new MultipartFormDataContent { { new ByteArrayContent(module), "module", "app.wasm" } }, 201);

    public void Dispose() => _http.Dispose();

    private async Task<T> SendAsync<T>(HttpMethod method, string path, string token, HttpContent? content, int expected)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await _http.SendAsync(request);
        if ((int)response.StatusCode != expected)
        {
            throw new WrongAnswerException($"{method} {path}: {(int)response.StatusCode} instead of {expected}: {await response.Content.ReadAsStringAsync()}");
        }

        return await response.Content.ReadFromJsonAsync<T>(JsonSerializerOptions.Web) ?? throw new WrongAnswerException($"{method} {path}: null");
    }
}
