using Platform.Runtime.Components;
using Platform.Runtime.Hosting;
using Platform.Runtime.Interop;

namespace Platform.Runtime.Wasi.Preview1;

/// <summary><c>wasi_snapshot_preview1</c>: the functions on an open file or directory. What would write answers <c>rofs</c>.</summary>
internal static unsafe class Preview1Files
{
    private const int UnknownType = 0;
    private const int DirectoryType = 3;
    private const int RegularFileType = 4;

    private const ulong RightRead = 1 << 1;
    private const ulong RightWrite = 1 << 6;
    private const ulong RightPoll = 1 << 27;

    // fd_read, fd_seek, fd_fdstat_set_flags, fd_sync, fd_tell, fd_advise, fd_filestat_get, poll_fd_readwrite.
    private const ulong FileRights = RightRead | (1 << 2) | (1 << 3) | (1 << 4) | (1 << 5) | (1 << 7) | (1 << 21) | RightPoll;

    // path_open, fd_readdir, path_readlink, path_filestat_get, and those of files.
    private const ulong DirectoryRights = FileRights | (1 << 13) | (1 << 14) | (1 << 15) | (1 << 18);

    // All 30: libc asks path_open only for what a directory hands on, and it is path_open that says what is refused.
    private const ulong InheritedRights = (1 << 30) - 1;

    /// <summary>Registers the functions.</summary>
    public static void Register(HostFunctions functions)
    {
        void Add(string name, string signature, delegate*<RequestContext, Lowering, ValRaw*, void> body) =>
            functions.Add(CommandPlanner.Preview1, name, signature, body);

        Add("fd_prestat_get", "ii>i", &PrestatGet);
        Add("fd_prestat_dir_name", "iii>i", &PrestatName);
        Add("fd_fdstat_get", "ii>i", &Stat);
        Add("fd_fdstat_set_rights", "iII>i", &SetRights);
        Add("fd_filestat_get", "ii>i", &FileStat);
        Add("fd_pread", "iiiIi>i", &ReadAt);
        Add("fd_seek", "iIii>i", &Seek);
        Add("fd_tell", "ii>i", &Tell);
        Add("fd_readdir", "iiiIi>i", &ReadDirectory);
        Add("fd_advise", "iIIi>i", &Advise);
        Add("fd_allocate", "iII>i", &RefuseWriting);
        Add("fd_filestat_set_size", "iI>i", &RefuseWriting);
        Add("fd_filestat_set_times", "iIIi>i", &RefuseWriting);
        Add("fd_pwrite", "iiiIi>i", &RefuseWriting);
    }

    /// <summary><c>fd_read</c> of a file: from its position on.</summary>
    public static void ReadOn(RequestContext context, Lowering lowering, ValRaw* values, OpenFile open)
    {
        var (result, read) = ReadVectors(context, lowering, open, values[1].U32, values[2].U32, (ulong)open.Position);
        if (result == Errno.Success)
        {
            open.Position += read;
            context.Memory(lowering).Set32(values[3].U32, read);
        }

        Preview1Functions.Return(values, result);
    }

    private static void ReadAt(RequestContext context, Lowering lowering, ValRaw* values)
    {
        if (Find(context, values) is not { } open)
        {
            return;
        }

        var (result, read) = ReadVectors(context, lowering, open, values[1].U32, values[2].U32, values[3].U64);
        if (result == Errno.Success)
        {
            context.Memory(lowering).Set32(values[4].U32, read);
        }

        Preview1Functions.Return(values, result);
    }

    // Straight from the disk into the guest's memory. Copies are paid for before they are made.
    private static (Errno Result, uint Read) ReadVectors(
        RequestContext context, Lowering lowering, OpenFile open, uint vectors, uint count, ulong offset)
    {
        if (open.File.IsDirectory || count > Preview1Streams.MaxVectors)
        {
            return (open.File.IsDirectory ? Errno.IsDirectory : Errno.Invalid, 0);
        }

        var memory = context.Memory(lowering);
        uint read = 0;
        for (uint i = 0; i < count; i++)
        {
            var buffer = memory.Slice(memory.U32(checked(vectors + (i * 8))), memory.U32(checked(vectors + (i * 8) + 4)));
            var left = (ulong)open.File.Size - Math.Min((ulong)open.File.Size, offset + read);
            var part = (int)Math.Min((ulong)buffer.Length, left);
            context.ChargeCopy(part);
            try
            {
                read = checked(read + (uint)context.Contents.Read(context, open.File, offset + read, buffer[..part]));
            }
            catch (IOException)
            {
                return (Errno.Io, 0);
            }
        }

        return (Errno.Success, read);
    }

    private static void Seek(RequestContext context, Lowering lowering, ValRaw* values)
    {
        if (Find(context, values) is not { } open)
        {
            return;
        }

        var (offset, whence, target) = (values[1].I64, values[2].U32, values[3].U32);
        var start = whence switch
        {
            0 => 0,
            1 => open.Position,
            2 => open.File.Size,
            _ => -1,
        };
        var result = open.File.IsDirectory ? Errno.IsDirectory
            : start < 0 || offset < -start || offset > long.MaxValue - start ? Errno.Invalid
            : Errno.Success;
        if (result == Errno.Success)
        {
            open.Position = start + offset;
            context.Memory(lowering).Set64(target, (ulong)open.Position);
        }

        Preview1Functions.Return(values, result);
    }

    private static void Tell(RequestContext context, Lowering lowering, ValRaw* values)
    {
        if (Find(context, values) is not { } open)
        {
            return;
        }

        if (!open.File.IsDirectory)
        {
            context.Memory(lowering).Set64(values[1].U32, (ulong)open.Position);
        }

        Preview1Functions.Return(values, open.File.IsDirectory ? Errno.IsDirectory : Errno.Success);
    }

    // prestat: tag u8 at 0 (0, a directory), the length of its name at 4.
    private static void PrestatGet(RequestContext context, Lowering lowering, ValRaw* values)
    {
        var open = context.Preview1.FileOf(context, values[0].U32);
        if (open is { IsPreopened: true })
        {
            var memory = context.Memory(lowering);
            memory.Set32(values[1].U32, 0);
            memory.Set32(values[1].U32 + 4, (uint)open.File.Path.Length);
        }

        Preview1Functions.Return(values, open is { IsPreopened: true } ? Errno.Success : Errno.BadFile);
    }

    private static void PrestatName(RequestContext context, Lowering lowering, ValRaw* values)
    {
        var isPreopened = context.Preview1.FileOf(context, values[0].U32) is { IsPreopened: true };
        if (isPreopened && values[2].U32 > 0)
        {
            context.Memory(lowering).Set8(values[1].U32, '/');
        }

        Preview1Functions.Return(values, !isPreopened ? Errno.BadFile : values[2].U32 == 0 ? Errno.NameTooLong : Errno.Success);
    }

    // fdstat: filetype u8 (unknown for streams: no terminal, so that libraries buffer), flags u16 at 2, rights u64 at 8 and what it hands on at 16.
    private static void Stat(RequestContext context, Lowering lowering, ValRaw* values)
    {
        var (descriptor, target) = (values[0].U32, values[1].U32);
        if (!context.Preview1.IsOpen(context, descriptor))
        {
            Preview1Functions.Return(values, Errno.BadFile);
            return;
        }

        var memory = context.Memory(lowering);
        memory.Slice(target, 24).Clear();
        if (context.Preview1.FileOf(context, descriptor) is { } open)
        {
            memory.Set8(target, open.File.IsDirectory ? DirectoryType : RegularFileType);
            memory.Set64(target + 8, open.File.IsDirectory ? DirectoryRights : FileRights);
            memory.Set64(target + 16, open.File.IsDirectory ? InheritedRights : 0);
        }
        else
        {
            memory.Set8(target, UnknownType);
            memory.Set64(target + 8, (context.Preview1.InputOf(context, descriptor) is null ? RightWrite : RightRead) | RightPoll);
        }

        Preview1Functions.Return(values, Errno.Success);
    }

    private static void SetRights(RequestContext context, Lowering lowering, ValRaw* values) =>
        Preview1Functions.Return(values, context.Preview1.IsOpen(context, values[0].U32) ? Errno.NotSupported : Errno.BadFile);

    private static void FileStat(RequestContext context, Lowering lowering, ValRaw* values)
    {
        var open = context.Preview1.IsOpen(context, values[0].U32);
        if (open)
        {
            WriteStat(context.Memory(lowering), values[1].U32, context.Preview1.FileOf(context, values[0].U32)?.File);
        }

        Preview1Functions.Return(values, open ? Errno.Success : Errno.BadFile);
    }

    /// <summary>
    /// Writes a <c>filestat</c>: device u64, inode u64, filetype u8, links u64 at 24, size u64 at 32, three times at 40: the epoch. All zero for a stream.
    /// </summary>
    public static void WriteStat(GuestMemory memory, uint target, Sandboxes.SandboxFile? file)
    {
        memory.Slice(target, 64).Clear();
        if (file is not null)
        {
            memory.Set64(target + 8, file.IdentityLower);
            memory.Set8(target + 16, file.IsDirectory ? DirectoryType : RegularFileType);
            memory.Set64(target + 24, 1);
            memory.Set64(target + 32, (ulong)file.Size);
        }
    }

    private static void ReadDirectory(RequestContext context, Lowering lowering, ValRaw* values)
    {
        if (Find(context, values) is not { } open)
        {
            return;
        }

        if (!open.File.IsDirectory)
        {
            Preview1Functions.Return(values, Errno.NotDirectory);
            return;
        }

        var buffer = context.Memory(lowering).Slice(values[1].U32, values[2].U32);
        var used = DirectoryEntries.Write(context, open.File, values[3].U64, buffer);
        context.Memory(lowering).Set32(values[4].U32, (uint)used);
        Preview1Functions.Return(values, Errno.Success);
    }

    private static void Advise(RequestContext context, Lowering lowering, ValRaw* values)
    {
        if (Find(context, values) is not null)
        {
            Preview1Functions.Return(values, Errno.Success);
        }
    }

    private static void RefuseWriting(RequestContext context, Lowering lowering, ValRaw* values)
    {
        if (Find(context, values) is not null)
        {
            Preview1Functions.Return(values, Errno.ReadOnly);
        }
    }

    // The file of the first argument; else null, and the error is returned: a stream can't be sought.
    private static OpenFile? Find(RequestContext context, ValRaw* values)
    {
        var open = context.Preview1.FileOf(context, values[0].U32);
        if (open is null)
        {
            Preview1Functions.Return(values, context.Preview1.IsOpen(context, values[0].U32) ? Errno.IllegalSeek : Errno.BadFile);
        }

        return open;
    }
}
