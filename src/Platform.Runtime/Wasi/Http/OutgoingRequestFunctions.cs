using Platform.Runtime.Hosting;
using Platform.Runtime.Interop;

namespace Platform.Runtime.Wasi.Http;

/// <summary>
/// <c>wasi:http/types@0.2</c>: outgoing-request and request-options.
/// </summary>
internal static unsafe class OutgoingRequestFunctions
{
    /// <summary>Registers the resources and the handler.</summary>
    public static void Register(HostFunctions functions)
    {
        const string Types = HttpFunctions.Types;
        functions.AddResource(Types, "outgoing-request", typeof(OutgoingRequest));
        functions.Add(Types, "[constructor]outgoing-request", "i>i", &New);
        functions.Add(Types, "[method]outgoing-request.body", "ii>", &Body);
        functions.Add(Types, "[method]outgoing-request.method", "ii>", &Method);
        functions.Add(Types, "[method]outgoing-request.set-method", "iiii>i", &SetMethod);
        functions.Add(Types, "[method]outgoing-request.path-with-query", "ii>", &Path);
        functions.Add(Types, "[method]outgoing-request.set-path-with-query", "iiii>i", &SetPath);
        functions.Add(Types, "[method]outgoing-request.scheme", "ii>", &Scheme);
        functions.Add(Types, "[method]outgoing-request.set-scheme", "iiiii>i", &SetScheme);
        functions.Add(Types, "[method]outgoing-request.authority", "ii>", &Authority);
        functions.Add(Types, "[method]outgoing-request.set-authority", "iiii>i", &SetAuthority);
        functions.Add(Types, "[method]outgoing-request.headers", "i>i", &Headers);
        functions.AddResource(Types, "request-options", typeof(RequestOptions));
        functions.Add(Types, "[constructor]request-options", ">i", &NewOptions);
        functions.Add(Types, "[method]request-options.connect-timeout", "ii>", &ConnectTimeout);
        functions.Add(Types, "[method]request-options.set-connect-timeout", "iiI>i", &SetConnectTimeout);
        functions.Add(Types, "[method]request-options.first-byte-timeout", "ii>", &FirstByteTimeout);
        functions.Add(Types, "[method]request-options.set-first-byte-timeout", "iiI>i", &SetFirstByteTimeout);
        functions.Add(Types, "[method]request-options.between-bytes-timeout", "ii>", &BetweenBytesTimeout);
        functions.Add(Types, "[method]request-options.set-between-bytes-timeout", "iiI>i", &SetBetweenBytesTimeout);
    }

    private static void New(RequestContext context, Lowering lowering, ValRaw* values)
    {
        var headers = context.Handles.Take<Fields>(values[0].U32);
        headers.Immutable = true;
        values[0].U32 = context.Handles.Add(new OutgoingRequest(headers));
    }

    private static void Body(RequestContext context, Lowering lowering, ValRaw* values)
    {
        var request = context.Handles.Get<OutgoingRequest>(values[0].U32);
        var body = request.Body is null ? new OutgoingBody(request.Headers, isOfRequest: true) : null;
        request.Body ??= body;
        HttpFunctions.WriteOnce(context, lowering, values[1].U32, body);
    }

    private static void Method(RequestContext context, Lowering lowering, ValRaw* values) =>
        HttpFunctions.WriteMethod(context, lowering, values[1].U32, context.Handles.Get<OutgoingRequest>(values[0].U32).Method);

    private static void SetMethod(RequestContext context, Lowering lowering, ValRaw* values)
    {
        var request = context.Handles.Get<OutgoingRequest>(values[0].U32);
        var method = HttpFunctions.ReadMethod(context, lowering, values[1].U32, values[2].U32, values[3].U32);
        request.Method = method ?? request.Method;
        values[0].I32 = method is null ? 1 : 0;
    }

    private static void Path(RequestContext context, Lowering lowering, ValRaw* values) => HttpFunctions.WriteOptionalString(
        context, lowering, values[1].U32, context.Handles.Get<OutgoingRequest>(values[0].U32).PathWithQuery);

    private static void SetPath(RequestContext context, Lowering lowering, ValRaw* values)
    {
        var request = context.Handles.Get<OutgoingRequest>(values[0].U32);
        var path = ReadOptional(context, lowering, values);
        var valid = path is null
            || (IsPrintable(path) && Uri.TryCreate($"http://host{(path.StartsWith('/') ? "" : "/")}{path}", UriKind.Absolute, out _));
        request.PathWithQuery = valid ? path : request.PathWithQuery;
        values[0].I32 = valid ? 0 : 1;
    }

    private static void Scheme(RequestContext context, Lowering lowering, ValRaw* values) =>
        HttpFunctions.WriteScheme(context, lowering, values[1].U32, context.Handles.Get<OutgoingRequest>(values[0].U32).Scheme);

    private static void SetScheme(RequestContext context, Lowering lowering, ValRaw* values)
    {
        var request = context.Handles.Get<OutgoingRequest>(values[0].U32);
        var scheme = values[1].U32 == 0 ? null : values[2].U32 switch
        {
            0 => "http",
            1 => "https",
            2 => context.ReadString(lowering, values[3].U32, values[4].U32),
            var other => throw new GuestTrapException($"{other} is no scheme"),
        };
        var valid = scheme is null || Uri.CheckSchemeName(scheme);
        request.Scheme = valid ? scheme : request.Scheme;
        values[0].I32 = valid ? 0 : 1;
    }

    private static void Authority(RequestContext context, Lowering lowering, ValRaw* values) => HttpFunctions.WriteOptionalString(
        context, lowering, values[1].U32, context.Handles.Get<OutgoingRequest>(values[0].U32).Authority);

    private static void SetAuthority(RequestContext context, Lowering lowering, ValRaw* values)
    {
        var request = context.Handles.Get<OutgoingRequest>(values[0].U32);
        var authority = ReadOptional(context, lowering, values);
        var valid = authority is null
            || (IsPrintable(authority) && Uri.TryCreate($"http://{authority}/", UriKind.Absolute, out var uri) && uri.UserInfo.Length == 0 && uri.AbsolutePath == "/");
        request.Authority = valid ? authority : request.Authority;
        values[0].I32 = valid ? 0 : 1;
    }

    private static void Headers(RequestContext context, Lowering lowering, ValRaw* values)
    {
        var request = context.Handles.Get<OutgoingRequest>(values[0].U32);
        var fields = new Fields(request.Headers.List);
        fields.AttachTo(request);
        values[0].U32 = context.Handles.Add(fields);
    }

    private static void NewOptions(RequestContext context, Lowering lowering, ValRaw* values) =>
        values[0].U32 = context.Handles.Add(new RequestOptions());

    private static void ConnectTimeout(RequestContext context, Lowering lowering, ValRaw* values) => GetTimeout(context, lowering, values, 0);

    private static void SetConnectTimeout(RequestContext context, Lowering lowering, ValRaw* values) => SetTimeout(context, values, 0);

    private static void FirstByteTimeout(RequestContext context, Lowering lowering, ValRaw* values) => GetTimeout(context, lowering, values, 1);

    private static void SetFirstByteTimeout(RequestContext context, Lowering lowering, ValRaw* values) => SetTimeout(context, values, 1);

    private static void BetweenBytesTimeout(RequestContext context, Lowering lowering, ValRaw* values) => GetTimeout(context, lowering, values, 2);

    private static void SetBetweenBytesTimeout(RequestContext context, Lowering lowering, ValRaw* values) => SetTimeout(context, values, 2);

    private static void GetTimeout(RequestContext context, Lowering lowering, ValRaw* values, int which)
    {
        var timeout = context.Handles.Get<RequestOptions>(values[0].U32).Timeouts[which];
        var memory = context.Memory(lowering);
        memory.Set8(values[1].U32, timeout is null ? 0 : 1);
        memory.Set64(values[1].U32 + 8, timeout ?? 0);
    }

    private static void SetTimeout(RequestContext context, ValRaw* values, int which)
    {
        context.Handles.Get<RequestOptions>(values[0].U32).Timeouts[which] = values[1].U32 == 0 ? null : values[2].U64;
        values[0].I32 = 0;
    }

    // What goes into a request's first line and its Host as it is: no space, control or octet beyond ASCII, so that nothing can be split (attack A13).
    private static bool IsPrintable(string text) => !text.AsSpan().ContainsAnyExceptInRange('!', '~');

    private static string? ReadOptional(RequestContext context, Lowering lowering, ValRaw* values) =>
        values[1].U32 == 0 ? null : context.ReadString(lowering, values[2].U32, values[3].U32);
}
