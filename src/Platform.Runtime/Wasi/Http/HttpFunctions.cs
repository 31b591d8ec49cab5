using Platform.Runtime.Hosting;

namespace Platform.Runtime.Wasi.Http;

/// <summary><c>wasi:http@0.2</c>: types and outgoing-handler.</summary>
internal static unsafe class HttpFunctions
{
    /// <summary>The interface that all resources of the package belong to.</summary>
    public const string Types = "wasi:http/types";

    /// <summary>Registers the package.</summary>
    public static void Register(HostFunctions functions)
    {
        FieldsFunctions.Register(functions);
        RequestFunctions.Register(functions);
        ResponseFunctions.Register(functions);
        OutgoingRequestFunctions.Register(functions);
        OutgoingHandlerFunctions.Register(functions);
    }

    /// <summary>Writes an <c>option&lt;string&gt;</c> at 4-byte alignment: a discriminant and, at 4, pointer and length.</summary>
    public static void WriteOptionalString(RequestContext context, Lowering lowering, uint target, string? text)
    {
        if (text is not null)
        {
            context.WriteString(lowering, target + 4, text);
        }

        context.Memory(lowering).Set8(target, text is null ? 0 : 1);
    }

    /// <summary>Writes a <c>result&lt;own&lt;T&gt;&gt;</c>: the handle of a resource that can be had once, else the error.</summary>
    public static void WriteOnce(RequestContext context, Lowering lowering, uint target, Resource? resource)
    {
        var handle = resource is null ? 0 : context.Handles.Add(resource);
        var memory = context.Memory(lowering);
        memory.Set8(target, resource is null ? 1 : 0);
        memory.Set32(target + 4, handle);
    }

    /// <summary>Writes a <c>method</c> variant.</summary>
    public static void WriteMethod(RequestContext context, Lowering lowering, uint target, string method)
    {
        var index = Array.IndexOf(s_methods, method);
        if (index < 0)
        {
            context.WriteString(lowering, target + 4, method);
            index = s_methods.Length;
        }

        context.Memory(lowering).Set8(target, index);
    }

    /// <summary>Reads a flattened <c>method</c> variant; null when it is no HTTP token.</summary>
    public static string? ReadMethod(RequestContext context, Lowering lowering, uint discriminant, uint pointer, uint length)
    {
        if (discriminant < s_methods.Length)
        {
            return s_methods[discriminant];
        }

        if (discriminant > s_methods.Length)
        {
            throw new GuestTrapException($"{discriminant} is no method");
        }

        var method = context.ReadString(lowering, pointer, length);
        return Fields.CheckName(method, out _) == HeaderError.InvalidSyntax ? null : method;
    }

    /// <summary>Writes an <c>option&lt;scheme&gt;</c>: discriminants at 0 and 4, the string of <c>other</c> at 8.</summary>
    public static void WriteScheme(RequestContext context, Lowering lowering, uint target, string? scheme)
    {
        var index = scheme switch { "http" => 0, "https" => 1, _ => 2 };
        if (scheme is not null && index == 2)
        {
            context.WriteString(lowering, target + 8, scheme);
        }

        var memory = context.Memory(lowering);
        memory.Set8(target, scheme is null ? 0 : 1);
        if (scheme is not null)
        {
            memory.Set8(target + 4, index);
        }
    }

    private static readonly string[] s_methods = ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"];
}
