using Platform.Runtime.Hosting;
using Platform.Runtime.Interop;
using Platform.Runtime.Wasi.Io;

namespace Platform.Runtime.Wasi.Http;

/// <summary><c>wasi:http/types@0.2</c>: incoming-request, incoming-body, future-trailers.</summary>
internal static unsafe class RequestFunctions
{
    /// <summary>Registers the resources.</summary>
    public static void Register(HostFunctions functions)
    {
        const string Types = HttpFunctions.Types;
        functions.AddResource(Types, "incoming-request", typeof(IncomingRequest));
        functions.Add(Types, "[method]incoming-request.method", "ii>", &Method);
        functions.Add(Types, "[method]incoming-request.path-with-query", "ii>", &PathWithQuery);
        functions.Add(Types, "[method]incoming-request.scheme", "ii>", &Scheme);
        functions.Add(Types, "[method]incoming-request.authority", "ii>", &Authority);
        functions.Add(Types, "[method]incoming-request.headers", "i>i", &Headers);
        functions.Add(Types, "[method]incoming-request.consume", "ii>", &Consume);
        functions.AddResource(Types, "incoming-body", typeof(IncomingBody));
        functions.Add(Types, "[method]incoming-body.stream", "ii>", &BodyStream);
        functions.Add(Types, "[static]incoming-body.finish", "i>i", &BodyFinish);
        functions.AddResource(Types, "future-trailers", typeof(FutureTrailers));
        functions.Add(Types, "[method]future-trailers.subscribe", "i>i", &TrailersSubscribe);
        functions.Add(Types, "[method]future-trailers.get", "ii>", &TrailersGet);
        functions.Add(Types, "http-error-code", "ii>", &ErrorCode);
    }

    private static void Method(RequestContext context, Lowering lowering, ValRaw* values)
    {
        context.Handles.Get<IncomingRequest>(values[0].U32);
        HttpFunctions.WriteMethod(context, lowering, values[1].U32, context.Request.Method);
    }

    private static void PathWithQuery(RequestContext context, Lowering lowering, ValRaw* values)
    {
        context.Handles.Get<IncomingRequest>(values[0].U32);
        HttpFunctions.WriteOptionalString(context, lowering, values[1].U32, context.Request.PathWithQuery);
    }

    private static void Scheme(RequestContext context, Lowering lowering, ValRaw* values)
    {
        context.Handles.Get<IncomingRequest>(values[0].U32);
        HttpFunctions.WriteScheme(context, lowering, values[1].U32, context.Request.Scheme);
    }

    private static void Authority(RequestContext context, Lowering lowering, ValRaw* values)
    {
        context.Handles.Get<IncomingRequest>(values[0].U32);
        HttpFunctions.WriteOptionalString(context, lowering, values[1].U32, context.Request.Authority);
    }

    private static void Headers(RequestContext context, Lowering lowering, ValRaw* values)
    {
        var request = context.Handles.Get<IncomingRequest>(values[0].U32);
        var fields = new Fields(context.Request.Headers);
        fields.AttachTo(request);
        values[0].U32 = context.Handles.Add(fields);
    }

    private static void Consume(RequestContext context, Lowering lowering, ValRaw* values)
    {
        var request = context.Handles.Get<IncomingRequest>(values[0].U32);
        var stream = request.Consumed ? null : context.TakeRequestBody();
        request.Consumed = true;
        HttpFunctions.WriteOnce(context, lowering, values[1].U32, stream is null ? null : new IncomingBody(stream));
    }

    private static void BodyStream(RequestContext context, Lowering lowering, ValRaw* values)
    {
        var body = context.Handles.Get<IncomingBody>(values[0].U32);
        var stream = body.TakeStream();
        stream?.AttachTo(body);
        HttpFunctions.WriteOnce(context, lowering, values[1].U32, stream);
    }

    private static void BodyFinish(RequestContext context, Lowering lowering, ValRaw* values)
    {
        var body = context.Handles.Take<IncomingBody>(values[0].U32);
        values[0].U32 = context.Handles.Add(body.Finish(context));
    }

    private static void TrailersSubscribe(RequestContext context, Lowering lowering, ValRaw* values)
    {
        var trailers = context.Handles.Get<FutureTrailers>(values[0].U32);
        var pollable = new ReadyPollable();
        pollable.AttachTo(trailers);
        values[0].U32 = context.Handles.Add(pollable);
    }

    // option<result<result<option<trailers>, error-code>>>: error-code is 32 bytes aligned to 8, so that each layer's payload stands 8 further in.
    private static void TrailersGet(RequestContext context, Lowering lowering, ValRaw* values)
    {
        var trailers = context.Handles.Get<FutureTrailers>(values[0].U32);
        var target = values[1].U32;
        var fields = trailers is { Taken: false, Trailers.Count: > 0 } ? context.Handles.Add(new Fields(trailers.Trailers)) : 0;
        var memory = context.Memory(lowering);
        memory.Set8(target, 1);
        memory.Set8(target + 8, trailers.Taken ? 1 : 0);
        if (!trailers.Taken)
        {
            memory.Set8(target + 16, 0);
            memory.Set8(target + 24, fields == 0 ? 0 : 1);
            memory.Set32(target + 28, fields);
        }

        trailers.Taken = true;
    }

    private static void ErrorCode(RequestContext context, Lowering lowering, ValRaw* values)
    {
        var code = context.Handles.Get<IoError>(values[0].U32).Http;
        var memory = context.Memory(lowering);
        memory.Set8(values[1].U32, code is null ? 0 : 1);
        if (code is { } known)
        {
            ErrorCodes.Write(memory, values[1].U32 + 8, known);
        }
    }
}
