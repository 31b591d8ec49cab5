using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Platform.Dashboard.Api;

/// <summary>Why the API refused a call (RFC 9457).</summary>
/// <param name="Type">Its kind, of <c>ApiProblemTypes</c>.</param>
/// <param name="Title">What happened.</param>
/// <param name="Status">The status.</param>
/// <param name="Detail">What to do.</param>
public sealed record ApiProblem(string? Type, string? Title, int Status, string? Detail)
{
    /// <summary>Whether what was asked for isn't there, or isn't there for this visitor.</summary>
    public bool IsNotFound => Status == 404;

    /// <summary>Reads one from an answer's body; from what is none it makes one.</summary>
    public static ApiProblem Read(int status, ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize<ApiProblem>(body, JsonSerializerOptions.Web) is { } problem ? problem with { Status = status } : Unknown(status);
        }
        catch (JsonException)
        {
            return Unknown(status);
        }
    }

    /// <summary>The same for somebody who sees no header: for how long to wait, where that is all there is to do.</summary>
    public ApiProblem Waiting(string? retryAfter) =>
        Status == 429 && int.TryParse(retryAfter, CultureInfo.InvariantCulture, out var seconds)
            ? this with { Detail = seconds < 100 ? $"Try again in {seconds} seconds." : $"Try again in {(seconds + 59) / 60} minutes." }
            : this;

    /// <summary>Reads one from an answer's body.</summary>
    public static ApiProblem Read(int status, string body) => Read(status, Encoding.UTF8.GetBytes(body));

    private static ApiProblem Unknown(int status) => new(null, $"The API answered {status}.", status, "It said nothing of why. The control plane may be of another version than this page.");
}
