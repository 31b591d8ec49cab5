using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Platform.Contracts.Api;

namespace Platform.Control.People;

/// <summary>One-time links as people get them: what a link holds is behind the <c>#</c>, which browsers send to no server, so that no log has it.</summary>
internal sealed class Links(ControlOptions options)
{
    public string Join(HttpRequest request, string text) => $"{BaseOf(request)}/join#{text}";

    public string ResetPassword(HttpRequest request, string text) => $"{BaseOf(request)}/reset-password#{text}";

    /// <summary>The answer that holds a link which sets a password.</summary>
    public Created<OneTimeLinkResource> ResetAnswer(HttpRequest request, (string Text, DateTimeOffset Expires) link) =>
        TypedResults.Created((string?)null, new OneTimeLinkResource(link.Text, ResetPassword(request, link.Text), link.Expires));

    private string BaseOf(HttpRequest request) => options.PublicUrl?.GetLeftPart(UriPartial.Authority) ?? $"{request.Scheme}://{request.Host}";
}
