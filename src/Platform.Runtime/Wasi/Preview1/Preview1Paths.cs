using System.Text;
using System.Text.Unicode;
using Platform.Runtime.Components;
using Platform.Runtime.Hosting;
using Platform.Runtime.Interop;
using Platform.Runtime.Sandboxes;
using Platform.Runtime.Wasi.Filesystem;

namespace Platform.Runtime.Wasi.Preview1;

/// <summary><c>wasi_snapshot_preview1</c>: the functions that take a path, relative to a directory that the guest has open. What would write answers <c>rofs</c>.</summary>
internal static unsafe class Preview1Paths
{
    private const ulong RightWrite = 1 << 6;

    /// <summary>Registers the functions.</summary>
    public static void Register(HostFunctions functions)
    {
        void Add(string name, string signature, delegate*<RequestContext, Lowering, ValRaw*, void> body) =>
            functions.Add(CommandPlanner.Preview1, name, signature, body);

        Add("path_open", "iiiiiIIii>i", &Open);
        Add("path_filestat_get", "iiiii>i", &FileStat);
        Add("path_readlink", "iiiiii>i", &ReadLink);
        Add("path_create_directory", "iii>i", &Refuse);
        Add("path_filestat_set_times", "iiiiIIi>i", &Refuse);
        Add("path_link", "iiiiiii>i", &Refuse);
        Add("path_remove_directory", "iii>i", &Refuse);
        Add("path_rename", "iiiiii>i", &Refuse);
        Add("path_symlink", "iiiii>i", &RefuseSymlink);
        Add("path_unlink_file", "iii>i", &Refuse);
    }

    // directory, lookup flags, path, open flags, rights, inherited rights, descriptor flags, where the descriptor goes.
    private static void Open(RequestContext context, Lowering lowering, ValRaw* values)
    {
        var writes = (values[5].U64 & RightWrite) != 0;
        var flags = values[4].U32;
        var found = Find(context, lowering, values, 2, (start, path) => (FilePath.Open(start, path, flags, writes, out var error), error), out var result);
        if (found is not null && context.Preview1.Open(context, found) is { } descriptor)
        {
            context.Memory(lowering).Set32(values[8].U32, descriptor);
        }
        else if (found is not null)
        {
            result = Errno.TooManyOpen;
        }

        Preview1Functions.Return(values, result);
    }

    private static void FileStat(RequestContext context, Lowering lowering, ValRaw* values)
    {
        var found = Find(context, lowering, values, 2, Find, out var result);
        if (found is not null)
        {
            Preview1Files.WriteStat(context.Memory(lowering), values[4].U32, found);
        }

        Preview1Functions.Return(values, result);
    }

    // There are no links: what is there is none.
    private static void ReadLink(RequestContext context, Lowering lowering, ValRaw* values) =>
        Preview1Functions.Return(values, Find(context, lowering, values, 1, Find, out var result) is null ? result : Errno.Invalid);

    private static void Refuse(RequestContext context, Lowering lowering, ValRaw* values) => RefuseFor(context, values, values[0].U32);

    private static void RefuseSymlink(RequestContext context, Lowering lowering, ValRaw* values) => RefuseFor(context, values, values[2].U32);

    private static void RefuseFor(RequestContext context, ValRaw* values, uint descriptor) => Preview1Functions.Return(
        values,
        context.Preview1.FileOf(context, descriptor) is { } open ? open.File.IsDirectory ? Errno.ReadOnly : Errno.NotDirectory
        : context.Preview1.IsOpen(context, descriptor) ? Errno.NotDirectory
        : Errno.BadFile);

    private static (SandboxFile? Found, FileError Error) Find(SandboxFile start, string path) => (FilePath.Find(start, path, out var error), error);

    // What the path at that argument names below the directory of the first argument; else null with the error.
    private static SandboxFile? Find(
        RequestContext context,
        Lowering lowering,
        ValRaw* values,
        int at,
        Func<SandboxFile, string, (SandboxFile? Found, FileError Error)> find,
        out Errno result)
    {
        var (pointer, length) = (values[at].U32, values[at + 1].U32);
        var open = context.Preview1.FileOf(context, values[0].U32);
        if (open is null || length > FilePath.MaxBytes)
        {
            result = open is not null ? Errno.NameTooLong : context.Preview1.IsOpen(context, values[0].U32) ? Errno.NotDirectory : Errno.BadFile;
            return null;
        }

        context.ChargeCopy((int)length);
        var bytes = context.Memory(lowering).Slice(pointer, length);
        if (!Utf8.IsValid(bytes))
        {
            result = Errno.IllegalBytes;
            return null;
        }

        var (found, error) = find(open.File, Encoding.UTF8.GetString(bytes));
        result = found is null ? error.ToErrno() : Errno.Success;
        return found;
    }
}
