using Platform.Runtime.Hosting;
using Platform.Runtime.Interop;

namespace Platform.Runtime.Wasi.Filesystem;

/// <content>Functions that would write. Their arguments are checked as the canonical ABI has it, then they answer <c>read-only</c>.</content>
internal static unsafe partial class FilesystemFunctions
{
    private static void RegisterWriting(HostFunctions functions)
    {
        void Add(string name, string signature, delegate*<RequestContext, Lowering, ValRaw*, void> body) =>
            functions.Add(Types, $"[method]descriptor.{name}", signature, body);

        Add("write-via-stream", "iIi>", &RefuseStream);
        Add("append-via-stream", "ii>", &RefuseStream);
        Add("write", "iiiIi>", &RefuseWrite);
        Add("set-size", "iIi>", &Refuse);
        Add("set-times", "iiIiiIii>", &Refuse);
        Add("set-times-at", "iiiiiIiiIii>", &RefuseSetTimesAt);
        Add("create-directory-at", "iiii>", &RefusePath);
        Add("remove-directory-at", "iiii>", &RefusePath);
        Add("unlink-file-at", "iiii>", &RefusePath);
        Add("link-at", "iiiiiiii>", &RefuseLink);
        Add("rename-at", "iiiiiii>", &RefuseRename);
        Add("symlink-at", "iiiiii>", &RefuseSymlink);
    }

    // result<_, error-code>; the place for the result is the last parameter.
    private static void Refuse(RequestContext context, Lowering lowering, ValRaw* values) => RefuseAt(context, lowering, values, 1);

    private static void RefuseStream(RequestContext context, Lowering lowering, ValRaw* values) => RefuseAt(context, lowering, values, 4);

    private static void RefuseWrite(RequestContext context, Lowering lowering, ValRaw* values)
    {
        context.Memory(lowering).Slice(values[1].U32, values[2].U32);
        RefuseAt(context, lowering, values, 8);
    }

    private static void RefusePath(RequestContext context, Lowering lowering, ValRaw* values)
    {
        CheckString(context, lowering, values, 1);
        Refuse(context, lowering, values);
    }

    private static void RefuseSetTimesAt(RequestContext context, Lowering lowering, ValRaw* values)
    {
        CheckString(context, lowering, values, 2);
        Refuse(context, lowering, values);
    }

    private static void RefuseLink(RequestContext context, Lowering lowering, ValRaw* values)
    {
        CheckString(context, lowering, values, 2);
        context.Handles.Get<Descriptor>(values[4].U32);
        CheckString(context, lowering, values, 5);
        Refuse(context, lowering, values);
    }

    private static void RefuseRename(RequestContext context, Lowering lowering, ValRaw* values)
    {
        CheckString(context, lowering, values, 1);
        context.Handles.Get<Descriptor>(values[3].U32);
        CheckString(context, lowering, values, 4);
        Refuse(context, lowering, values);
    }

    private static void RefuseSymlink(RequestContext context, Lowering lowering, ValRaw* values)
    {
        CheckString(context, lowering, values, 1);
        CheckString(context, lowering, values, 3);
        Refuse(context, lowering, values);
    }

    private static void RefuseAt(RequestContext context, Lowering lowering, ValRaw* values, uint payload)
    {
        FileOf(context, values);
        Fail(context, lowering, values[lowering.Function.Signature.Parameters.Count - 1].U32, payload, FileError.ReadOnly);
    }
}
