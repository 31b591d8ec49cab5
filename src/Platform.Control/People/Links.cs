using Microsoft.AspNetCore.Http;

namespace Platform.Control.People;

/// <summary>One-time links as people get them: what a link holds is behind the <c>#</c>, which browsers send to no server, so that no log has it.</summary>
internal sealed class Links(ControlOptions options)
{
    public string Join(HttpRequest request, string text) => $"{BaseOf(request)}/join#{text}";

    public string ResetPassword(HttpRequest request, string text) => $"{BaseOf(request)}/reset-password#{text}";

    private string BaseOf(HttpRequest request) => options.PublicUrl?.GetLeftPart(UriPartial.Authority) ?? $"{request.Scheme}://{request.Host}";
}
