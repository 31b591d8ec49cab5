using Platform.Runtime.Hosting;
using Platform.Runtime.Sandboxes;
using Platform.Runtime.Wasi.Io;

namespace Platform.Runtime.Wasi.Preview1;

/// <summary>
/// The file descriptors of a preview 1 guest: the three standard streams, the directory <c>/</c> when the component has files, and what it opens in there, the lowest
/// free number first. For WAGI input is the request body and output makes the response; in a component input is empty and output goes to the log.
/// </summary>
internal sealed class Preview1State
{
    // By number: a StandardStream, an OpenFile, or null when closed. Empty until a guest asks for the first.
    private readonly List<object?> _descriptors = [];

    // No lower number is free.
    private int _free;

    /// <summary>The output stream in place of the log; null for the log.</summary>
    public OutputStream? Output { get; set; }

    /// <summary>Whether input is the request body.</summary>
    public bool InputIsRequestBody { get; set; }

    /// <summary>Before a request.</summary>
    public void Reset()
    {
        _descriptors.Clear();
        if (_descriptors.Capacity > 1024)
        {
            _descriptors.Capacity = 0;
        }

        _free = 0;
        Output = null;
        InputIsRequestBody = false;
    }

    /// <summary>Whether a descriptor is open.</summary>
    public bool IsOpen(RequestContext context, uint descriptor) => Find(context, descriptor) is not null;

    /// <summary>The file or directory of a descriptor; null when it is another or closed.</summary>
    public OpenFile? FileOf(RequestContext context, uint descriptor) => Find(context, descriptor) as OpenFile;

    /// <summary>Opens a file or directory.</summary>
    /// <returns>The descriptor; null at the cap.</returns>
    public uint? Open(RequestContext context, SandboxFile file)
    {
        while (_free < _descriptors.Count && _descriptors[_free] is not null)
        {
            _free++;
        }

        if (!context.Descriptors.TryTake())
        {
            return null;
        }

        var opened = new OpenFile(file, isPreopened: false);
        if (_free == _descriptors.Count)
        {
            _descriptors.Add(opened);
        }
        else
        {
            _descriptors[_free] = opened;
        }

        return (uint)_free++;
    }

    /// <summary>Closes a descriptor that is open.</summary>
    public void Close(RequestContext context, uint descriptor)
    {
        if (_descriptors[(int)descriptor] is not null)
        {
            context.Descriptors.Return();
        }

        _descriptors[(int)descriptor] = null;
        _free = Math.Min(_free, (int)descriptor);
    }

    /// <summary>Gives what one open descriptor stands for another's number; that other is closed.</summary>
    public void Renumber(RequestContext context, uint from, uint to)
    {
        if (from != to)
        {
            Close(context, to);
            (_descriptors[(int)to], _descriptors[(int)from]) = (_descriptors[(int)from], null);
            Close(context, from);
        }
    }

    /// <summary>Standard input; null when the descriptor is another or closed.</summary>
    public InputStream? InputOf(RequestContext context, uint descriptor) => Find(context, descriptor) is not StandardStream { Number: 0 } stream ? null
        : stream.Input ??= (InputIsRequestBody ? context.TakeRequestBody() : null) ?? new EmptyInputStream();

    /// <summary>Standard output or error; null when the descriptor is another or closed.</summary>
    public OutputStream? OutputOf(RequestContext context, uint descriptor) => Find(context, descriptor) switch
    {
        StandardStream { Number: 1 } stream => stream.Output ??= Output ?? new LogOutputStream(isError: false),
        StandardStream { Number: 2 } stream => stream.Output ??= new LogOutputStream(isError: true),
        _ => null,
    };

    private object? Find(RequestContext context, uint descriptor)
    {
        if (_descriptors.Count == 0)
        {
            _descriptors.Add(new StandardStream(0));
            _descriptors.Add(new StandardStream(1));
            _descriptors.Add(new StandardStream(2));
            if (context.Files is { } files)
            {
                _descriptors.Add(new OpenFile(files.Root, isPreopened: true));
            }

            for (var i = 0; i < _descriptors.Count; i++)
            {
                context.Descriptors.Take();
            }
        }

        return descriptor < (uint)_descriptors.Count ? _descriptors[(int)descriptor] : null;
    }
}
