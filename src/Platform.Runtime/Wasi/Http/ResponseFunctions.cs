using Platform.Runtime.Hosting;
using Platform.Runtime.Interop;
using Platform.Runtime.Sandboxes;

namespace Platform.Runtime.Wasi.Http;

/// <summary><c>wasi:http/types@0.2</c>: response-outparam, outgoing-response, outgoing-body.</summary>
internal static unsafe class ResponseFunctions
{
    /// <summary>Registers the resources.</summary>
    public static void Register(HostFunctions functions)
    {
        const string Types = HttpFunctions.Types;
        functions.AddResource(Types, "response-outparam", typeof(ResponseOutparam));
        functions.Add(Types, "[static]response-outparam.set", "iiiiIiiii>", &OutparamSet);
        functions.AddResource(Types, "outgoing-response", typeof(OutgoingResponse));
        functions.Add(Types, "[constructor]outgoing-response", "i>i", &New);
        functions.Add(Types, "[method]outgoing-response.status-code", "i>i", &Status);
        functions.Add(Types, "[method]outgoing-response.set-status-code", "ii>i", &SetStatus);
        functions.Add(Types, "[method]outgoing-response.headers", "i>i", &Headers);
        functions.Add(Types, "[method]outgoing-response.body", "ii>", &Body);
        functions.AddResource(Types, "outgoing-body", typeof(OutgoingBody));
        functions.Add(Types, "[method]outgoing-body.write", "ii>", &BodyWrite);
        functions.Add(Types, "[static]outgoing-body.finish", "iiii>", &BodyFinish);
    }

    // (param, result<outgoing-response, error-code> flattened): discriminant, then the handle or the error-code's discriminant and payload.
    private static void OutparamSet(RequestContext context, Lowering lowering, ValRaw* values)
    {
        context.Handles.Take<ResponseOutparam>(values[0].U32);
        if (values[1].U32 != 0)
        {
            context.Response.Fail($"the handler answered with the error {ErrorCodes.Name(values[2].U32)}");
            return;
        }

        var response = context.Handles.Take<OutgoingResponse>(values[2].U32);
        context.Response.Start(context, response.Status, response.Headers, response.Body);
    }

    private static void New(RequestContext context, Lowering lowering, ValRaw* values)
    {
        var headers = context.Handles.Take<Fields>(values[0].U32);
        headers.Immutable = true;
        values[0].U32 = context.Handles.Add(new OutgoingResponse(headers));
    }

    private static void Status(RequestContext context, Lowering lowering, ValRaw* values) =>
        values[0].I32 = context.Handles.Get<OutgoingResponse>(values[0].U32).Status;

    private static void SetStatus(RequestContext context, Lowering lowering, ValRaw* values)
    {
        var response = context.Handles.Get<OutgoingResponse>(values[0].U32);
        var status = values[1].U32;

        // 1xx is not a final response and codes from 600 aren't HTTP's (RFC 9110 section 15).
        var valid = status is >= 200 and <= 599;
        if (valid)
        {
            response.Status = (int)status;
        }

        values[0].I32 = valid ? 0 : 1;
    }

    private static void Headers(RequestContext context, Lowering lowering, ValRaw* values)
    {
        var response = context.Handles.Get<OutgoingResponse>(values[0].U32);
        var fields = new Fields(response.Headers.List);
        fields.AttachTo(response);
        values[0].U32 = context.Handles.Add(fields);
    }

    private static void Body(RequestContext context, Lowering lowering, ValRaw* values)
    {
        var response = context.Handles.Get<OutgoingResponse>(values[0].U32);
        var body = response.Body is null ? new OutgoingBody(response.Headers, isOfRequest: false) : null;
        response.Body ??= body;
        HttpFunctions.WriteOnce(context, lowering, values[1].U32, body);
    }

    private static void BodyWrite(RequestContext context, Lowering lowering, ValRaw* values)
    {
        var body = context.Handles.Get<OutgoingBody>(values[0].U32);
        var stream = body.StreamTaken ? null : new OutgoingBodyStream(body);
        body.StreamTaken = true;
        stream?.AttachTo(body);
        HttpFunctions.WriteOnce(context, lowering, values[1].U32, stream);
    }

    // (body, option<trailers>) -> result<_, error-code>: the error-code stands at 8, its payload at 16.
    private static void BodyFinish(RequestContext context, Lowering lowering, ValRaw* values)
    {
        var target = values[3].U32;
        IReadOnlyList<HeaderField> trailers = values[1].U32 != 0 ? context.Handles.Take<Fields>(values[2].U32).List : [];
        var body = context.Handles.Take<OutgoingBody>(values[0].U32);
        var finished = body.IsOfRequest ? body.FinishRequest(trailers) : context.Response.FinishBody(context, body, trailers);
        var memory = context.Memory(lowering);
        memory.Set8(target, finished ? 0 : 1);
        if (!finished)
        {
            ErrorCodes.Write(memory, target + 8, body.IsOfRequest ? HttpErrorCode.HttpRequestBodySize : HttpErrorCode.HttpResponseBodySize);
            memory.Set8(target + 16, 1);
            memory.Set64(target + 24, (ulong)body.Written);
        }
    }
}
