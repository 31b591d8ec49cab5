using Microsoft.AspNetCore.Http;
using Platform.Control.Telemetry;

namespace Platform.Control.Idempotency;

/// <summary>
/// The one effect of a POST. A handler takes it as a parameter and gives its store <see cref="Answering{T}"/>; with an Idempotency-Key, the answer is then part of the effect's transaction, so that a retry after a crash
/// at any point finds no effect and has it, or finds it and gets the same answer.
/// </summary>
internal sealed class RequestEffect
{
    private readonly HttpContext _context;
    private KeyClaim? _claim;

    private RequestEffect(HttpContext context) => _context = context;

    public static ValueTask<RequestEffect> BindAsync(HttpContext context) => ValueTask.FromResult(Of(context));

    /// <summary>The request's.</summary>
    public static RequestEffect Of(HttpContext context)
    {
        if (context.Features.Get<RequestEffect>() is not { } effect)
        {
            effect = new RequestEffect(context);
            context.Features.Set(effect);
        }

        return effect;
    }

    /// <summary>The effect is had for a key from now on.</summary>
    public void Begin(KeyClaim claim) => _claim = claim;

    /// <summary>What records the effect, with the answer that follows from its result.</summary>
    public EffectRecorder<T> Answering<T>(Func<T, IResult> answer) => async (connection, result) =>
    {
        if (_claim is { } claim)
        {
            using var step = Steps.Begin("effect");
            var response = await StoredResponse.RenderAsync(answer(result), _context.RequestServices);
            await IdempotencyStore.RecordAsync(connection, claim, claim.Seal(response.ToBytes()));
        }
    };
}
