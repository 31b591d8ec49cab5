using System.Text.Unicode;
using Platform.Runtime.Hosting;
using Platform.Runtime.Interop;
using Platform.Runtime.Sandboxes;
using Platform.Runtime.Wasi.Io;

namespace Platform.Runtime.Wasi.Filesystem;

/// <summary>
/// <c>wasi:filesystem@0.2</c> over the component's read-only files: one preopened directory, <c>/</c>, when it has any, else none. Whatever would write answers
/// <c>read-only</c>. Result layouts are those of the canonical ABI: an error lies where the payload would, at the payload's alignment.
/// </summary>
internal static unsafe partial class FilesystemFunctions
{
    private const string Types = "wasi:filesystem/types";

    /// <summary>The descriptor-flag <c>read</c>.</summary>
    private const int ReadFlag = 1;

    /// <summary>The descriptor-flags <c>write</c> and <c>mutate-directory</c>.</summary>
    private const uint WriteFlags = 2 | 32;

    private const int DirectoryType = 3;
    private const int RegularFileType = 6;

    /// <summary>Registers the package.</summary>
    public static void Register(HostFunctions functions)
    {
        void Add(string name, string signature, delegate*<RequestContext, Lowering, ValRaw*, void> body) =>
            functions.Add(Types, $"[method]descriptor.{name}", signature, body);

        functions.Add("wasi:filesystem/preopens", "get-directories", "i>", &GetDirectories);
        functions.AddResource(Types, "descriptor", typeof(Descriptor));
        Add("read-via-stream", "iIi>", &ReadViaStream);
        Add("read", "iIIi>", &Read);
        Add("read-directory", "ii>", &ReadDirectory);
        Add("open-at", "iiiiiii>", &OpenAt);
        Add("readlink-at", "iiii>", &ReadLinkAt);
        Add("get-flags", "ii>", &GetFlags);
        Add("get-type", "ii>", &GetDescriptorType);
        Add("stat", "ii>", &Stat);
        Add("stat-at", "iiiii>", &StatAt);
        Add("metadata-hash", "ii>", &MetadataHash);
        Add("metadata-hash-at", "iiiii>", &MetadataHashAt);
        Add("is-same-object", "ii>i", &IsSameObject);
        Add("advise", "iIIii>", &Nothing);
        Add("sync", "ii>", &Nothing);
        Add("sync-data", "ii>", &Nothing);
        RegisterWriting(functions);
        functions.AddResource(Types, "directory-entry-stream", typeof(DirectoryEntryStream));
        functions.Add(Types, "[method]directory-entry-stream.read-directory-entry", "ii>", &ReadDirectoryEntry);
        functions.Add(Types, "filesystem-error-code", "ii>", &ErrorCode);
    }

    // list<tuple<descriptor, string>>: 12 bytes an element.
    private static void GetDirectories(RequestContext context, Lowering lowering, ValRaw* values)
    {
        var target = values[0].U32;
        uint array = 0;
        if (context.Files is { } files)
        {
            array = context.Allocate(lowering, 12, 4);
            context.WriteString(lowering, array + 4, files.Root.Path);
            context.Memory(lowering).Set32(array, context.Handles.Add(new Descriptor(files.Root)));
        }

        var memory = context.Memory(lowering);
        memory.Set32(target, array);
        memory.Set32(target + 4, array == 0 ? 0U : 1);
    }

    private static void ReadViaStream(RequestContext context, Lowering lowering, ValRaw* values)
    {
        var file = FileOf(context, values);
        var target = values[2].U32;
        if (file.IsDirectory)
        {
            Fail(context, lowering, target, 4, FileError.IsDirectory);
            return;
        }

        SucceedWithHandle(context, lowering, target, new FileInputStream(file, values[1].U64));
    }

    // tuple<list<u8>, bool>: pointer at 4, length at 8, whether the end was reached at 12.
    private static void Read(RequestContext context, Lowering lowering, ValRaw* values)
    {
        var file = FileOf(context, values);
        var (length, offset, target) = (values[1].U64, values[2].U64, values[3].U32);
        if (file.IsDirectory)
        {
            Fail(context, lowering, target, 4, FileError.IsDirectory);
            return;
        }

        var left = (ulong)file.Size - Math.Min((ulong)file.Size, offset);
        var count = (uint)Math.Min(Math.Min(length, left), StreamFunctions.ChunkBytes);
        uint pointer = 0;
        if (count > 0)
        {
            context.ChargeCopy((int)count);
            pointer = context.Allocate(lowering, count, 1);
            try
            {
                context.Contents.Read(context, file, offset, context.Memory(lowering).Slice(pointer, count));
            }
            catch (IOException)
            {
                Fail(context, lowering, target, 4, FileError.Io);
                return;
            }
        }

        var memory = context.Memory(lowering);
        memory.Set8(target, 0);
        memory.Set32(target + 4, pointer);
        memory.Set32(target + 8, count);
        memory.Set8(target + 12, count == left ? 1 : 0);
    }

    private static void ReadDirectory(RequestContext context, Lowering lowering, ValRaw* values)
    {
        var file = FileOf(context, values);
        if (!file.IsDirectory)
        {
            Fail(context, lowering, values[1].U32, 4, FileError.NotDirectory);
            return;
        }

        SucceedWithHandle(context, lowering, values[1].U32, new DirectoryEntryStream(file));
    }

    // option<record { type, name }>: whether there is one at 4, type at 8, name at 12.
    private static void ReadDirectoryEntry(RequestContext context, Lowering lowering, ValRaw* values)
    {
        var target = values[1].U32;
        var entry = context.Handles.Get<DirectoryEntryStream>(values[0].U32).Next();
        if (entry is not null)
        {
            context.WriteString(lowering, target + 12, entry.Name);
        }

        var memory = context.Memory(lowering);
        memory.Set8(target, 0);
        memory.Set8(target + 4, entry is null ? 0 : 1);
        if (entry is not null)
        {
            memory.Set8(target + 8, TypeOf(entry));
        }
    }

    // self, path-flags, path, open-flags, descriptor-flags.
    private static void OpenAt(RequestContext context, Lowering lowering, ValRaw* values)
    {
        var directory = FileOf(context, values);
        var target = values[6].U32;
        var error = FileError.NameTooLong;
        var found = PathOf(context, lowering, values, 2) is { } path
            ? FilePath.Open(directory, path, values[4].U32, (values[5].U32 & WriteFlags) != 0, out error)
            : null;
        if (found is null)
        {
            Fail(context, lowering, target, 4, error);
            return;
        }

        SucceedWithHandle(context, lowering, target, new Descriptor(found));
    }

    // There are no links: what is there is none.
    private static void ReadLinkAt(RequestContext context, Lowering lowering, ValRaw* values)
    {
        var found = FindAt(context, lowering, values, 1, out var error);
        Fail(context, lowering, values[3].U32, 4, found is null ? error : FileError.Invalid);
    }

    private static void GetFlags(RequestContext context, Lowering lowering, ValRaw* values)
    {
        FileOf(context, values);
        SucceedWithByte(context, lowering, values[1].U32, ReadFlag);
    }

    private static void GetDescriptorType(RequestContext context, Lowering lowering, ValRaw* values) =>
        SucceedWithByte(context, lowering, values[1].U32, TypeOf(FileOf(context, values)));

    private static void Stat(RequestContext context, Lowering lowering, ValRaw* values) =>
        SucceedWithStat(context, lowering, values[1].U32, FileOf(context, values));

    private static void StatAt(RequestContext context, Lowering lowering, ValRaw* values)
    {
        if (FindAt(context, lowering, values, 2, out var error) is { } found)
        {
            SucceedWithStat(context, lowering, values[4].U32, found);
        }
        else
        {
            Fail(context, lowering, values[4].U32, 8, error);
        }
    }

    private static void MetadataHash(RequestContext context, Lowering lowering, ValRaw* values) =>
        SucceedWithHash(context, lowering, values[1].U32, FileOf(context, values));

    private static void MetadataHashAt(RequestContext context, Lowering lowering, ValRaw* values)
    {
        if (FindAt(context, lowering, values, 2, out var error) is { } found)
        {
            SucceedWithHash(context, lowering, values[4].U32, found);
        }
        else
        {
            Fail(context, lowering, values[4].U32, 8, error);
        }
    }

    private static void IsSameObject(RequestContext context, Lowering lowering, ValRaw* values) =>
        values[0].I32 = FileOf(context, values) == context.Handles.Get<Descriptor>(values[1].U32).File ? 1 : 0;

    private static void Nothing(RequestContext context, Lowering lowering, ValRaw* values)
    {
        FileOf(context, values);
        context.Memory(lowering).Set8(values[lowering.Function.Signature.Parameters.Count - 1].U32, 0);
    }

    private static void ErrorCode(RequestContext context, Lowering lowering, ValRaw* values)
    {
        var code = context.Handles.Get<IoError>(values[0].U32).File;
        var memory = context.Memory(lowering);
        memory.Set8(values[1].U32, code is null ? 0 : 1);
        if (code is not null)
        {
            memory.Set8(values[1].U32 + 1, (int)code);
        }
    }

    private static SandboxFile FileOf(RequestContext context, ValRaw* values) => context.Handles.Get<Descriptor>(values[0].U32).File;

    private static SandboxFile? FindAt(RequestContext context, Lowering lowering, ValRaw* values, int at, out FileError error)
    {
        error = FileError.NameTooLong;
        var directory = FileOf(context, values);
        return PathOf(context, lowering, values, at) is { } path ? FilePath.Find(directory, path, out error) : null;
    }

    // Null when it is too long.
    private static string? PathOf(RequestContext context, Lowering lowering, ValRaw* values, int at)
    {
        if (values[at + 1].U32 <= FilePath.MaxBytes)
        {
            return context.ReadString(lowering, values[at].U32, values[at + 1].U32);
        }

        CheckString(context, lowering, values, at);
        return null;
    }

    // The canonical ABI traps on a bad string whatever the function makes of it.
    private static void CheckString(RequestContext context, Lowering lowering, ValRaw* values, int at)
    {
        var bytes = context.Memory(lowering).Slice(values[at].U32, values[at + 1].U32);
        context.ChargeCopy(bytes.Length);
        if (!Utf8.IsValid(bytes))
        {
            throw new GuestTrapException("string is not UTF-8");
        }
    }

    private static int TypeOf(SandboxFile file) => file.IsDirectory ? DirectoryType : RegularFileType;

    private static void Fail(RequestContext context, Lowering lowering, uint target, uint payload, FileError error)
    {
        var memory = context.Memory(lowering);
        memory.Set8(target, 1);
        memory.Set8(target + payload, (int)error);
    }

    private static void SucceedWithByte(RequestContext context, Lowering lowering, uint target, int value)
    {
        var memory = context.Memory(lowering);
        memory.Set8(target, 0);
        memory.Set8(target + 1, value);
    }

    private static void SucceedWithHandle(RequestContext context, Lowering lowering, uint target, Resource resource)
    {
        var memory = context.Memory(lowering);
        memory.Set8(target, 0);
        memory.Set32(target + 4, context.Handles.Add(resource));
    }

    // descriptor-stat at 8: type at 0, link-count at 8, size at 16, and three option<datetime> of 24 bytes from 24 on: the epoch, so that answers are the same everywhere.
    private static void SucceedWithStat(RequestContext context, Lowering lowering, uint target, SandboxFile file)
    {
        var memory = context.Memory(lowering);
        memory.Slice(target, 104).Clear();
        memory.Set8(target + 8, TypeOf(file));
        memory.Set64(target + 16, 1);
        memory.Set64(target + 24, (ulong)file.Size);
        for (var time = target + 32; time < target + 104; time += 24)
        {
            memory.Set8(time, 1);
        }
    }

    private static void SucceedWithHash(RequestContext context, Lowering lowering, uint target, SandboxFile file)
    {
        var memory = context.Memory(lowering);
        memory.Set8(target, 0);
        memory.Set64(target + 8, file.IdentityLower);
        memory.Set64(target + 16, file.IdentityUpper);
    }
}
