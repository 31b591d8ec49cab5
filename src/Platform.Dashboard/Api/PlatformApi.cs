using System.Text.Json;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Platform.Contracts.Api;
using Platform.Contracts.Errors;
using Platform.Dashboard.Hosting;

namespace Platform.Dashboard.Api;

/// <summary>
/// The REST API for the pages of a circuit, in the visitor's name: each call goes through authentication, limits and roles like one from outside, so that who was removed or signed out is out with the next call. Then the
/// page goes to where one signs in.
/// </summary>
internal sealed class PlatformApi(ApiDispatcher dispatcher, CurrentVisitor current, NavigationManager navigation)
{
    private Antiforgery? _antiforgery;

    /// <summary>Whether the page stays when its session has ended: it shows what is nowhere else.</summary>
    public bool IsPageKept { get; set; }

    /// <summary>Who is signed in, as it was when the page was asked for.</summary>
    public async Task<MeResource> MeAsync() => (await current.GetAsync()).Me!;

    /// <summary>Reads.</summary>
    public Task<ApiResult<T>> GetAsync<T>(string path, CancellationToken cancellationToken = default)
        where T : class => SendAsync<T>(new ApiCall(HttpMethod.Get, path), cancellationToken);

    /// <summary>Writes; a body is sent as JSON.</summary>
    public async Task<ApiResult<T>> SendAsync<T>(
        HttpMethod method, string path, object? body = null, string? ifMatch = null, string contentType = "application/json", CancellationToken cancellationToken = default)
        where T : class
    {
        var call = new ApiCall(method, path)
        {
            Body = body is null ? [] : JsonSerializer.SerializeToUtf8Bytes(body, body.GetType(), JsonSerializerOptions.Web),
            ContentType = contentType,
            IfMatch = ifMatch,
        };
        var result = await WriteAsync<T>(call, cancellationToken);

        // The token is bound to who was signed in when it was made, and to keys that are replaced in time.
        return result.Problem?.Type == ApiProblemTypes.Antiforgery && await RenewAsync(cancellationToken) ? await WriteAsync<T>(call, cancellationToken) : result;
    }

    private async Task<ApiResult<T>> WriteAsync<T>(ApiCall call, CancellationToken cancellationToken)
        where T : class
    {
        if (_antiforgery is null)
        {
            await RenewAsync(cancellationToken);
        }

        return await SendAsync<T>(call with { Antiforgery = _antiforgery }, cancellationToken);
    }

    private async Task<bool> RenewAsync(CancellationToken cancellationToken)
    {
        var answer = await dispatcher.SendAsync(await current.GetAsync(), new ApiCall(HttpMethod.Get, "/v1/sessions/current/antiforgery"), cancellationToken);
        if (answer.Status != StatusCodes.Status200OK)
        {
            return false;
        }

        var resource = JsonSerializer.Deserialize<AntiforgeryResource>(answer.Body, JsonSerializerOptions.Web)!;
        var cookie = answer.Headers.SetCookie.FirstOrDefault(one => one!.StartsWith(resource.HeaderName + "=", StringComparison.Ordinal));
        _antiforgery = cookie is null ? null : new Antiforgery(resource.HeaderName, resource.Token, cookie.Split(';')[0]);
        return _antiforgery is not null;
    }

    private async Task<ApiResult<T>> SendAsync<T>(ApiCall call, CancellationToken cancellationToken)
        where T : class
    {
        var answer = await dispatcher.SendAsync(await current.GetAsync(), call, cancellationToken);

        // Nobody waits for it: no page is changed by it, nor left.
        cancellationToken.ThrowIfCancellationRequested();
        if (answer.Status is >= 200 and < 300)
        {
            var value = answer.Body.Length == 0 ? null : JsonSerializer.Deserialize<T>(answer.Body, JsonSerializerOptions.Web);
            return new ApiResult<T>(value, null, answer.Headers.ETag);
        }

        if (answer.Status == StatusCodes.Status401Unauthorized && !IsPageKept)
        {
            navigation.NavigateTo($"/sign-in?returnUrl={Uri.EscapeDataString("/" + navigation.ToBaseRelativePath(navigation.Uri))}", forceLoad: true);
        }

        return new ApiResult<T>(null, ApiProblem.Read(answer.Status, answer.Body).Waiting(answer.Headers.RetryAfter));
    }
}
