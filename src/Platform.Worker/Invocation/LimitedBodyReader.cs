using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Platform.Runtime.Sandboxes;

namespace Platform.Worker.Invocation;

/// <summary>The request's body; the server counts it, and its refusal of a body over the limit is told to the sandbox in the sandbox's terms.</summary>
internal sealed class LimitedBodyReader(PipeReader inner, long limit) : PipeReader
{
    public override bool TryRead(out ReadResult result)
    {
        try
        {
            return inner.TryRead(out result);
        }
        catch (BadHttpRequestException refused) when (refused.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            throw new RequestBodyLimitException(limit);
        }
    }

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            return await inner.ReadAsync(cancellationToken);
        }
        catch (BadHttpRequestException refused) when (refused.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            throw new RequestBodyLimitException(limit);
        }
    }

    public override void AdvanceTo(SequencePosition consumed) => inner.AdvanceTo(consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => inner.AdvanceTo(consumed, examined);

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);
}
