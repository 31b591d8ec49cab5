using Platform.Runtime.Hosting;
using Platform.Runtime.Interop;
using Platform.Runtime.Wasi.Io;

namespace Platform.Runtime.Wasi.Filesystem;

/// <summary>
/// <c>wasi:filesystem@0.2</c> for a component without files: no directory is preopened, so that there is no descriptor to call a method of and any handle a
/// guest passes is forged.
/// </summary>
internal static unsafe class FilesystemFunctions
{
    private const string Types = "wasi:filesystem/types";

    private static readonly (string Name, string Signature)[] s_descriptorMethods =
    [
        ("read-via-stream", "iIi>"), ("write-via-stream", "iIi>"), ("append-via-stream", "ii>"), ("advise", "iIIii>"), ("sync-data", "ii>"),
        ("get-flags", "ii>"), ("get-type", "ii>"), ("set-size", "iIi>"), ("set-times", "iiIiiIii>"), ("read", "iIIi>"), ("write", "iiiIi>"),
        ("read-directory", "ii>"), ("sync", "ii>"), ("create-directory-at", "iiii>"), ("stat", "ii>"), ("stat-at", "iiiii>"),
        ("set-times-at", "iiiiiIiiIii>"), ("link-at", "iiiiiiii>"), ("open-at", "iiiiiii>"), ("readlink-at", "iiii>"),
        ("remove-directory-at", "iiii>"), ("rename-at", "iiiiiii>"), ("symlink-at", "iiiiii>"), ("unlink-file-at", "iiii>"),
        ("is-same-object", "ii>i"), ("metadata-hash", "ii>"), ("metadata-hash-at", "iiiii>"),
    ];

    /// <summary>Registers the package.</summary>
    public static void Register(HostFunctions functions)
    {
        functions.AddResource(Types, "descriptor", typeof(Descriptor));
        foreach (var (name, signature) in s_descriptorMethods)
        {
            functions.Add(Types, $"[method]descriptor.{name}", signature, &NoDescriptor);
        }

        functions.AddResource(Types, "directory-entry-stream", typeof(DirectoryEntryStream));
        functions.Add(Types, "[method]directory-entry-stream.read-directory-entry", "ii>", &NoDirectory);
        functions.Add(Types, "filesystem-error-code", "ii>", &ErrorCode);
        functions.Add("wasi:filesystem/preopens", "get-directories", "i>", &GetDirectories);
    }

    private static void NoDescriptor(RequestContext context, Lowering lowering, ValRaw* values) =>
        context.Handles.Get<Descriptor>(values[0].U32);

    private static void NoDirectory(RequestContext context, Lowering lowering, ValRaw* values) =>
        context.Handles.Get<DirectoryEntryStream>(values[0].U32);

    private static void ErrorCode(RequestContext context, Lowering lowering, ValRaw* values)
    {
        context.Handles.Get<IoError>(values[0].U32);
        context.Memory(lowering).Set8(values[1].U32, 0);
    }

    private static void GetDirectories(RequestContext context, Lowering lowering, ValRaw* values)
    {
        var memory = context.Memory(lowering);
        memory.Set32(values[0].U32, 0);
        memory.Set32(values[0].U32 + 4, 0);
    }
}
