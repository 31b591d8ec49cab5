using Platform.Runtime.Hosting;
using Platform.Runtime.Interop;
using Platform.Runtime.Sandboxes;

namespace Platform.Runtime.Wasi.Http;

/// <summary><c>wasi:http/outgoing-handler@0.2</c>, and of <c>wasi:http/types</c> future-incoming-response and incoming-response.</summary>
internal static unsafe class OutgoingHandlerFunctions
{
    /// <summary>Host memory that an outgoing request is charged with until its response is dropped: the response's head and buffers.</summary>
    private const int ResponseBytes = 64 << 10;

    /// <summary>Registers the resources and the handler.</summary>
    public static void Register(HostFunctions functions)
    {
        const string Types = HttpFunctions.Types;
        functions.AddResource(Types, "future-incoming-response", typeof(FutureIncomingResponse));
        functions.Add(Types, "[method]future-incoming-response.subscribe", "i>i", &Subscribe);
        functions.Add(Types, "[method]future-incoming-response.get", "ii>", &Get);
        functions.AddResource(Types, "incoming-response", typeof(IncomingResponse));
        functions.Add(Types, "[method]incoming-response.status", "i>i", &Status);
        functions.Add(Types, "[method]incoming-response.headers", "i>i", &Headers);
        functions.Add(Types, "[method]incoming-response.consume", "ii>", &Consume);
        functions.Add("wasi:http/outgoing-handler", "handle", "iiii>", &Handle);
    }

    // (request, option<request-options>) -> result<future-incoming-response, error-code>: the payload stands at 8.
    private static void Handle(RequestContext context, Lowering lowering, ValRaw* values)
    {
        var request = context.Handles.Take<OutgoingRequest>(values[0].U32);
        var options = values[1].U32 == 0 ? null : context.Handles.Take<RequestOptions>(values[2].U32);
        var body = request.Body is null ? null : new OutboundBody();
        var length = OutgoingBody.DeclaredLength(request.Headers);
        var outbound = new OutboundRequest
        {
            Method = request.Method,
            Scheme = request.Scheme ?? "https",
            Authority = request.Authority ?? "",
            PathWithQuery = request.PathWithQuery ?? "/",
            Headers = request.Headers.List,
            Body = body?.Reader,
            BodyLength = length < 0 ? null : length,
            ConnectTimeout = options?.Timeout(0),
            FirstByteTimeout = options?.Timeout(1),
            BetweenBytesTimeout = options?.Timeout(2),
        };
        var refused = context.Outbound is { } http ? http.Refuse(outbound) : HttpErrorCode.HttpRequestDenied;
        if (refused is { } code)
        {
            request.Body?.Break();
            var memory = context.Memory(lowering);
            memory.Set8(values[3].U32, 1);
            ErrorCodes.Write(memory, values[3].U32 + 8, code);
            return;
        }

        if (body is not null)
        {
            context.ChargeHostBytes(request.Body!, 2 * OutboundBody.WindowBytes);
            request.Body!.Attach(body);
        }

        var call = new OutboundCall(context.Outbound!, outbound, body);
        context.KeepCall(call);
        if (request.Body is { Finished: true } finished)
        {
            finished.FinishRequest([]);
        }

        var future = new FutureIncomingResponse(call);
        context.ChargeHostBytes(future, ResponseBytes);
        var handle = context.Handles.Add(future);
        var result = context.Memory(lowering);
        result.Set8(values[3].U32, 0);
        result.Set32(values[3].U32 + 8, handle);
    }

    private static void Subscribe(RequestContext context, Lowering lowering, ValRaw* values)
    {
        var future = context.Handles.Get<FutureIncomingResponse>(values[0].U32);
        var pollable = new TaskPollable(future.Call.Response);
        pollable.AttachTo(future);
        values[0].U32 = context.Handles.Add(pollable);
    }

    // option<result<result<incoming-response, error-code>>>: error-code is aligned to 8, so that each layer's payload stands 8 further in.
    private static void Get(RequestContext context, Lowering lowering, ValRaw* values)
    {
        var future = context.Handles.Get<FutureIncomingResponse>(values[0].U32);
        var target = values[1].U32;
        var memory = context.Memory(lowering);
        if (!future.Call.Response.IsCompleted)
        {
            memory.Set8(target, 0);
            return;
        }

        memory.Set8(target, 1);
        memory.Set8(target + 8, future.IsTaken ? 1 : 0);
        if (future.IsTaken)
        {
            return;
        }

        future.IsTaken = true;
        try
        {
            future.Call.Response.GetAwaiter().GetResult();
            var response = new IncomingResponse(future.Call);
            context.ReleaseHostBytes(future);
            context.ChargeHostBytes(response, ResponseBytes);
            memory.Set8(target + 16, 0);
            memory.Set32(target + 24, context.Handles.Add(response));
        }
        catch (OutboundException failure)
        {
            context.CloseCall(future.Call);
            memory.Set8(target + 16, 1);
            ErrorCodes.Write(memory, target + 24, failure.Code);
        }
    }

    private static void Status(RequestContext context, Lowering lowering, ValRaw* values) =>
        values[0].I32 = context.Handles.Get<IncomingResponse>(values[0].U32).Response.Status;

    private static void Headers(RequestContext context, Lowering lowering, ValRaw* values)
    {
        var response = context.Handles.Get<IncomingResponse>(values[0].U32);
        var fields = new Fields(response.Response.Headers);
        fields.AttachTo(response);
        values[0].U32 = context.Handles.Add(fields);
    }

    private static void Consume(RequestContext context, Lowering lowering, ValRaw* values) =>
        HttpFunctions.WriteOnce(context, lowering, values[1].U32, context.Handles.Get<IncomingResponse>(values[0].U32).TakeBody());
}
