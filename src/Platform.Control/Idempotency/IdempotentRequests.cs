using System.Data.Common;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Logging;
using Platform.Control.Access;
using Platform.Control.Problems;
using Platform.Control.Snapshots;
using Platform.Control.Telemetry;

namespace Platform.Control.Idempotency;

/// <summary>
/// Gives a POST with an <c>Idempotency-Key</c> its effect once: the first request has it, those in parallel wait for its answer, later ones get the same
/// answer, and the same key with another content is 422. Answers from 500 on, and 429, are not kept: the request may be tried again.
/// 1. Claim the key, as a lease that is renewed. 2. The handler's <see cref="RequestEffect"/> records the answer in the transaction of the effect. 3. Store the answer for whatever had no such transaction: a refusal.
/// A process that ends after 1 leaves a lease that ends, after 2 an answer that the retry gets.
/// </summary>
internal sealed partial class IdempotentRequests(
    IdempotencyStore store, KeyLeases leases, SnapshotStore snapshots, IDataProtectionProvider protection, TimeProvider time, ILogger<IdempotentRequests> logger)
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
        var claim = KeyClaim.Create(caller.Id, key);
        var found = await ClaimAsync(claim, requestHash, context.RequestAborted);
        switch (found.Status)
        {
            case IdempotencyStatus.Finished:
                // Who had the effect may have died before anybody learnt of it.
                await snapshots.RefreshAsync(context.RequestAborted);
                context.Response.Headers["Idempotency-Replayed"] = "true";
                return Read(claim, found);
            case IdempotencyStatus.OtherRequest:
                return Problem.KeyReused;
            case IdempotencyStatus.Running:
                return StillRunning(context);
        }

        using var hold = leases.Keep(claim);
        return await RunAsync(context, claim, effect);
    }

    private async Task<IResult> RunAsync(HttpContext context, KeyClaim claim, Func<Task<IResult>> effect)
    {
        RequestEffect.Of(context).Begin(claim);
        var finished = false;
        try
        {
            var response = await StoredResponse.CaptureAsync(context, await effect());
            if (response.Status is < 500 and not 429)
            {
                using var step = Steps.Begin("idempotency.finish");
                await store.FinishAsync(claim, ProtectorOf(claim).Protect(response.ToBytes()));
                finished = true;
            }

            return response;
        }
        catch (KeyLostException)
        {
            return StillRunning(context);
        }
        finally
        {
            if (!finished)
            {
                await TryReleaseAsync(claim);
            }
        }
    }

    private static ProblemHttpResult StillRunning(HttpContext context)
    {
        RetryAfter.Set(context, TimeSpan.FromSeconds(1));
        return Problem.Conflict("Another request with this Idempotency-Key is still running. Try again later.");
    }

    private StoredResponse Read(KeyClaim claim, IdempotencyClaim found) => StoredResponse.Read(found.Response is { } response
        ? ProtectorOf(claim).Unprotect(response)
        : KeyClaim.Open(claim.Caller, claim.Key, DataKeyProtectorOf(claim).Unprotect(found.AnswerKey!), found.Answer));

    // An answer may hold a token that is shown once. A row that is put in another's place can't be read.
    private IDataProtector ProtectorOf(KeyClaim claim) => protection.CreateProtector("platform.idempotency", claim.Caller, claim.Key);

    private IDataProtector DataKeyProtectorOf(KeyClaim claim) => protection.CreateProtector("platform.idempotency.key", claim.Caller, claim.Key);

    // What failed before, the store's loss perhaps, is what is answered; the lease then ends by itself.
    private async Task TryReleaseAsync(KeyClaim claim)
    {
        try
        {
            await store.ReleaseAsync(claim);
        }
        catch (DbException e)
        {
            LogNotReleased(e);
        }
    }

    private async Task<IdempotencyClaim> ClaimAsync(KeyClaim claim, byte[] requestHash, CancellationToken cancellationToken)
    {
        using var step = Steps.Begin("idempotency.claim");
        var answerKey = DataKeyProtectorOf(claim).Protect(claim.DataKey);
        var started = time.GetTimestamp();
        while (true)
        {
            var found = await store.ClaimAsync(claim, requestHash, answerKey, cancellationToken);
            if (found.Status != IdempotencyStatus.Running || time.GetElapsedTime(started) > LongestWait)
            {
                return found;
            }

            await Task.Delay(PollInterval, time, cancellationToken);
        }
    }

    [LoggerMessage(3061, LogLevel.Warning, "An idempotency key could not be given back; its lease ends by itself")]
    private partial void LogNotReleased(Exception exception);
}
