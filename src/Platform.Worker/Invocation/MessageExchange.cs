using Platform.Contracts.Invocation;
using Platform.Runtime;
using Platform.Runtime.Sandboxes;

namespace Platform.Worker.Invocation;

/// <summary>A message of a channel, which has no answer but whether it was taken.</summary>
internal sealed class MessageExchange(ReadOnlyMemory<byte> message, CancellationToken stopped) : Exchange
{
    public override string Trigger => "redis";

    public override HandlerKinds Handlers => HandlerKinds.RedisComponent;

    public override long BytesIn => message.Length;

    public override bool HasResponse => false;

    public override CancellationToken Aborted => stopped;

    public override bool IsTooLarge(ResolvedComponent component) => message.Length > component.BodyBytes;

    public override SandboxRequest CreateRequest(
        InvocationTarget target, ResolvedComponent component, HandlerKinds kinds, Invocation invocation, IMemoryBudget memory) => new()
        {
            RequestId = target.RequestId,
            Message = message,
            Environment = component.Environment,
            Files = component.Files,
            Limits = component.Limits,
            Response = invocation.Response,
            Log = invocation.Log,
            Outbound = invocation.Outbound,
            Capabilities = invocation.Capabilities,
            Permit = invocation,
            Trace = invocation.Calls,
            Memory = memory,
            MeasureCpu = true,
            Aborted = stopped,
        };

    public override async ValueTask WaitForEndAsync(Invocation invocation)
    {
        do
        {
            await invocation.Signal.WaitAsync();
        }
        while (!invocation.HasEnded);
    }

    public override ValueTask<InvocationStatus> FinishAsync(Invocation invocation, InvocationStatus ended, string? receipt)
    {
        if (receipt is not null)
        {
            invocation.Log.WritePlatform($"receipt: {receipt}");
        }

        if (ended == InvocationStatus.ClientGone)
        {
            invocation.Log.WritePlatform("stopped: the worker ends");
        }

        return ValueTask.FromResult(ended);
    }

    public override (string Method, string Path) Describe(InvocationTarget target) => ("MESSAGE", target.Route);

    // The worker has stopped waiting for it: its token is cancelled with the rest.
    public override void Abort()
    {
    }
}
