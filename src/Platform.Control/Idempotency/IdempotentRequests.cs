using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Platform.Control.Access;
using Platform.Control.Problems;

namespace Platform.Control.Idempotency;

/// <summary>
/// Gives a POST with an <c>Idempotency-Key</c> its effect once: the first request has it, those in parallel wait for its answer, later ones get the same
/// answer, and the same key with another content is 422. Answers from 500 on, and 429, are not kept: the request may be tried again.
/// </summary>
internal sealed class IdempotentRequests(IdempotencyStore store, IDataProtectionProvider protection, TimeProvider time)
{
    private const int MaxKeyLength = 255;
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(2);

    /// <summary>Runs <paramref name="effect"/> unless the key says that it has been run.</summary>
    /// <param name="context">The request.</param>
    /// <param name="requestHash">Identifies path and content.</param>
    /// <param name="effect">What the request does.</param>
    public async Task<IResult> RunAsync(HttpContext context, byte[] requestHash, Func<Task<IResult>> effect)
    {
        var header = context.Request.Headers["Idempotency-Key"];
        if (header.Count == 0)
        {
            return await effect();
        }

        var key = header.ToString();
        if (header.Count != 1 || key.Length is 0 or > MaxKeyLength || key.Any(c => c is < ' ' or > '~'))
        {
            return Problem.Invalid($"Idempotency-Key must be one value of 1 to {MaxKeyLength} printable ASCII characters.");
        }

        var caller = context.Features.Get<Caller>() ?? throw new InvalidOperationException("The route asks for no access level.");
        var holder = Guid.NewGuid().ToString("N");
        var claim = await ClaimAsync(caller, key, requestHash, holder, context.RequestAborted);
        switch (claim.Status)
        {
            case IdempotencyStatus.Finished:
                context.Response.Headers["Idempotency-Replayed"] = "true";
                return StoredResponse.Unprotect(claim.Response!, ProtectorOf(caller, key));
            case IdempotencyStatus.OtherRequest:
                return Problem.KeyReused;
            case IdempotencyStatus.Running:
                return Problem.Conflict("The first request with this Idempotency-Key is still running. Try again later.");
        }

        var finished = false;
        try
        {
            var response = await StoredResponse.CaptureAsync(context, await effect());
            if (response.Status is < 500 and not 429)
            {
                await store.FinishAsync(caller.Id, key, holder, response.Protect(ProtectorOf(caller, key)));
                finished = true;
            }

            return response;
        }
        finally
        {
            if (!finished)
            {
                await store.ReleaseAsync(caller.Id, key, holder);
            }
        }
    }

    // An answer may hold a token that is shown once. A row that is put in another's place can't be read.
    private IDataProtector ProtectorOf(Caller caller, string key) => protection.CreateProtector("platform.idempotency", caller.Id, key);

    private async Task<IdempotencyClaim> ClaimAsync(Caller caller, string key, byte[] requestHash, string holder, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            var claim = await store.ClaimAsync(caller.Id, key, requestHash, holder, cancellationToken);
            if (claim.Status != IdempotencyStatus.Running || time.GetElapsedTime(started) > LongestWait)
            {
                return claim;
            }

            await Task.Delay(PollInterval, time, cancellationToken);
        }
    }
}
