using Microsoft.AspNetCore.Http;
using Platform.Contracts.Invocation;
using Platform.Runtime;
using Platform.Runtime.Sandboxes;

namespace Platform.Worker.Invocation;

/// <summary>An HTTP request, whose response is sent while the guest runs.</summary>
internal sealed class HttpExchange(HttpContext http) : Exchange
{
    private SendResult _sending;
    private LimitedBodyReader? _body;

    public override string Trigger => "http";

    public override HandlerKinds Handlers => HandlerKinds.HttpComponent | HandlerKinds.WagiCommand;

    public override long BytesIn => _body?.Consumed ?? 0;

    public override int? ClientFault => _body?.Fault;

    public override bool HasResponse => true;

    public override string? TraceParent => http.Request.Headers.TraceParent;

    public override CancellationToken Aborted => http.RequestAborted;

    public override bool IsTooLarge(ResolvedComponent component) => SandboxRequests.IsBodyTooLarge(http, component.BodyBytes);

    public override SandboxRequest CreateRequest(
        InvocationTarget target, ResolvedComponent component, HandlerKinds kinds, Invocation invocation, IMemoryBudget memory)
    {
        invocation.Sender.IsToClient = target.Depth == 0;
        invocation.Response.IsHead = HttpMethods.IsHead(http.Request.Method);
        var request = SandboxRequests.Create(http, target, component, kinds, invocation, memory);
        _body = request.Body as LimitedBodyReader;
        return request;
    }

    public override async ValueTask WaitForEndAsync(Invocation invocation)
    {
        _sending = SendResult.Sent;
        while (true)
        {
            await invocation.Signal.WaitAsync();
            if (invocation.HasEnded)
            {
                return;
            }

            if (_sending == SendResult.Sent)
            {
                _sending = await invocation.Sender.SendPendingAsync(http, invocation.HasReceipt);
                if (_sending != SendResult.Sent)
                {
                    // The guest is stopped through the request's abort; a bad head can still be answered for, so that guest runs to its end unheard.
                    invocation.Response.Abandon();
                }
            }
        }
    }

    public override async ValueTask<InvocationStatus> FinishAsync(Invocation invocation, InvocationStatus ended, string? receipt)
    {
        var status = ended == InvocationStatus.Guest && !invocation.Response.IsComplete ? InvocationStatus.NoResponse : ended;
        if (status == InvocationStatus.Guest)
        {
            if (_sending == SendResult.Sent)
            {
                _sending = await invocation.Sender.SendRestAsync(http, receipt);
            }

            status = _sending switch
            {
                SendResult.ClientGone => InvocationStatus.ClientGone,
                SendResult.BadResponse => InvocationStatus.BadResponse,
                _ => InvocationStatus.Guest,
            };
        }

        if (status is not (InvocationStatus.Guest or InvocationStatus.ClientGone) && !invocation.Sender.HeadSent)
        {
            http.Response.Clear();
        }

        return status;
    }

    public override (string Method, string Path) Describe(InvocationTarget target)
    {
        var raw = SandboxRequests.RawTarget(http);
        return (http.Request.Method, raw.IndexOf('?', StringComparison.Ordinal) is var query and >= 0 ? raw[..query] : raw);
    }

    public override void Abort() => http.Abort();
}
