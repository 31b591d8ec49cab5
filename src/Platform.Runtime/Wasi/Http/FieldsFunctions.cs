using System.Text;
using Platform.Runtime.Hosting;
using Platform.Runtime.Interop;

namespace Platform.Runtime.Wasi.Http;

/// <summary>The resource <c>fields</c> of <c>wasi:http/types@0.2</c>.</summary>
internal static unsafe class FieldsFunctions
{
    /// <summary>Registers the resource.</summary>
    public static void Register(HostFunctions functions)
    {
        const string Types = "wasi:http/types";
        functions.AddResource(Types, "fields", typeof(Fields));
        functions.Add(Types, "[constructor]fields", ">i", &New);
        functions.Add(Types, "[static]fields.from-list", "iii>", &FromList);
        functions.Add(Types, "[method]fields.get", "iiii>", &Get);
        functions.Add(Types, "[method]fields.has", "iii>i", &Has);
        functions.Add(Types, "[method]fields.set", "iiiiii>", &Set);
        functions.Add(Types, "[method]fields.delete", "iiii>", &Delete);
        functions.Add(Types, "[method]fields.append", "iiiiii>", &Append);
        functions.Add(Types, "[method]fields.entries", "ii>", &Entries);
        functions.Add(Types, "[method]fields.clone", "i>i", &Clone);
    }

    private static void New(RequestContext context, Lowering lowering, ValRaw* values) => values[0].U32 = context.Handles.Add(new Fields());

    private static void FromList(RequestContext context, Lowering lowering, ValRaw* values)
    {
        var (list, count, target) = (values[0].U32, values[1].U32, values[2].U32);
        var fields = new Fields();
        var error = HeaderError.None;

        // An element is tuple<string, list<u8>>: two pointer-length pairs, 16 bytes. The size limit of the fields ends a list that aliases one buffer.
        for (uint i = 0; i < count && error == HeaderError.None; i++)
        {
            var memory = context.Memory(lowering);
            var entry = checked(list + (i * 16));
            var name = context.ReadString(lowering, memory.U32(entry), memory.U32(entry + 4));
            error = AppendCore(context, lowering, fields, name, memory.U32(entry + 8), memory.U32(entry + 12));
        }

        var handle = error == HeaderError.None ? context.Handles.Add(fields) : 0;
        var result = context.Memory(lowering);
        result.Set8(target, error == HeaderError.None ? 0 : 1);
        if (error == HeaderError.None)
        {
            result.Set32(target + 4, handle);
        }
        else
        {
            result.Set8(target + 4, (int)error);
        }
    }

    private static void Get(RequestContext context, Lowering lowering, ValRaw* values)
    {
        var fields = context.Handles.Get<Fields>(values[0].U32);
        var name = context.ReadString(lowering, values[1].U32, values[2].U32).ToLowerInvariant();
        var target = values[3].U32;
        var found = fields.List.Where(field => field.Name == name).ToArray();
        var array = found.Length == 0 ? 0 : context.Allocate(lowering, (uint)found.Length * 8, 4);
        for (uint i = 0; i < found.Length; i++)
        {
            context.WriteBytes(lowering, array + (i * 8), Encoding.Latin1.GetBytes(found[i].Value));
        }

        WriteList(context, lowering, target, array, found.Length);
    }

    private static void Has(RequestContext context, Lowering lowering, ValRaw* values) =>
        values[0].I32 = context.Handles.Get<Fields>(values[0].U32)
            .Has(context.ReadString(lowering, values[1].U32, values[2].U32).ToLowerInvariant()) ? 1 : 0;

    private static void Set(RequestContext context, Lowering lowering, ValRaw* values)
    {
        var fields = context.Handles.Get<Fields>(values[0].U32);
        var (list, count, target) = (values[3].U32, values[4].U32, values[5].U32);
        var error = Fields.CheckName(context.ReadString(lowering, values[1].U32, values[2].U32), out var name);
        if (fields.Immutable)
        {
            error = HeaderError.Immutable;
        }

        if (error == HeaderError.None)
        {
            // The old values stay until the new ones are known to be good.
            var replacement = new Fields();
            for (uint i = 0; i < count && error == HeaderError.None; i++)
            {
                var memory = context.Memory(lowering);
                var entry = checked(list + (i * 8));
                error = AppendCore(context, lowering, replacement, name, memory.U32(entry), memory.U32(entry + 4));
            }

            if (error == HeaderError.None)
            {
                fields.Remove(name);
                context.ReleaseHostBytes(fields);
                context.ReleaseHostBytes(replacement);
                foreach (var field in replacement.List)
                {
                    error = error == HeaderError.None ? fields.Append(name, field.Value, context.Request.Limits.ResponseHeaderBytes) : error;
                }

                context.ChargeHostBytes(fields, fields.Cost);
            }
        }

        WriteUnit(context, lowering, target, error);
    }

    private static void Delete(RequestContext context, Lowering lowering, ValRaw* values)
    {
        var fields = context.Handles.Get<Fields>(values[0].U32);
        var error = Fields.CheckName(context.ReadString(lowering, values[1].U32, values[2].U32), out var name);
        if (fields.Immutable)
        {
            error = HeaderError.Immutable;
        }

        if (error == HeaderError.None)
        {
            fields.Remove(name);
            context.ReleaseHostBytes(fields);
            context.ChargeHostBytes(fields, fields.Cost);
        }

        WriteUnit(context, lowering, values[3].U32, error);
    }

    private static void Append(RequestContext context, Lowering lowering, ValRaw* values)
    {
        var fields = context.Handles.Get<Fields>(values[0].U32);
        var name = context.ReadString(lowering, values[1].U32, values[2].U32);
        var error = fields.Immutable
            ? HeaderError.Immutable
            : AppendCore(context, lowering, fields, name, values[3].U32, values[4].U32);
        WriteUnit(context, lowering, values[5].U32, error);
    }

    private static void Entries(RequestContext context, Lowering lowering, ValRaw* values)
    {
        var list = context.Handles.Get<Fields>(values[0].U32).List;
        var array = list.Count == 0 ? 0 : context.Allocate(lowering, (uint)list.Count * 16, 4);
        for (var i = 0; i < list.Count; i++)
        {
            var entry = array + ((uint)i * 16);
            context.WriteString(lowering, entry, list[i].Name);
            context.WriteBytes(lowering, entry + 8, Encoding.Latin1.GetBytes(list[i].Value));
        }

        WriteList(context, lowering, values[1].U32, array, list.Count);
    }

    private static void Clone(RequestContext context, Lowering lowering, ValRaw* values) =>
        values[0].U32 = Copy(context, context.Handles.Get<Fields>(values[0].U32));

    private static uint Copy(RequestContext context, Fields source)
    {
        var copy = new Fields();
        context.ChargeHostBytes(copy, source.Cost);
        context.ChargeFuel(source.List.Count * 20);
        foreach (var field in source.List)
        {
            // A client's fields may be more than a guest's own may be.
            copy.Append(field.Name, field.Value, int.MaxValue);
        }

        return context.Handles.Add(copy);
    }

    private static HeaderError AppendCore(RequestContext context, Lowering lowering, Fields fields, string name, uint pointer, uint length)
    {
        context.ChargeFuel(20);
        var error = Fields.CheckName(name, out var lower);
        if (error != HeaderError.None)
        {
            return error;
        }

        var bytes = context.Memory(lowering).Slice(pointer, length);
        context.ChargeCopy(bytes.Length);
        if (length > (uint)context.Request.Limits.ResponseHeaderBytes || !Fields.TryDecodeValue(bytes, out var value))
        {
            return HeaderError.InvalidSyntax;
        }

        error = fields.Append(lower, value, context.Request.Limits.ResponseHeaderBytes);
        if (error == HeaderError.None)
        {
            context.ChargeHostBytes(fields, Fields.CostOf(lower, value));
        }

        return error;
    }

    private static void WriteList(RequestContext context, Lowering lowering, uint target, uint array, int count)
    {
        var memory = context.Memory(lowering);
        memory.Set32(target, array);
        memory.Set32(target + 4, (uint)count);
    }

    private static void WriteUnit(RequestContext context, Lowering lowering, uint target, HeaderError error)
    {
        var memory = context.Memory(lowering);
        memory.Set8(target, error == HeaderError.None ? 0 : 1);
        if (error != HeaderError.None)
        {
            memory.Set8(target + 1, (int)error);
        }
    }
}
