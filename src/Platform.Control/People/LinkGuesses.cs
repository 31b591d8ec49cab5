using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Platform.Control.Access;
using Platform.Control.Problems;

namespace Platform.Control.People;

/// <summary>One-time links that are none count as wrong tokens do. Past the limit the client's address waits, with a right one too: the answer tells nothing of it.</summary>
internal sealed class LinkGuesses(TokenGuessLimiter limiter)
{
    /// <summary>What an address that has to wait is answered, before its link is looked at; null when it may try.</summary>
    public ProblemHttpResult? Refusal(HttpContext http)
    {
        if (limiter.RetryAfter(http.Connection.RemoteIpAddress) is not { } wait)
        {
            return null;
        }

        RetryAfter.Set(http, wait);
        return Problem.TooManyAttempts;
    }

    /// <summary>Counts the answer to a link, if that was none.</summary>
    public void Count(HttpContext http, IResult answer)
    {
        if (answer is ProblemHttpResult { StatusCode: StatusCodes.Status404NotFound })
        {
            limiter.Failed(http.Connection.RemoteIpAddress);
        }
    }
}
