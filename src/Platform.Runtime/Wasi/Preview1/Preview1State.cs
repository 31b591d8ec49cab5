using Platform.Runtime.Hosting;
using Platform.Runtime.Wasi.Io;

namespace Platform.Runtime.Wasi.Preview1;

/// <summary>
/// The three standard streams of a preview 1 guest: its only file descriptors. For WAGI input is the request body and output makes the response; in a
/// component input is empty and output goes to the log.
/// </summary>
internal sealed class Preview1State
{
    private readonly bool[] _closed = new bool[3];
    private InputStream? _input;
    private OutputStream? _output;
    private OutputStream? _error;

    /// <summary>The output stream in place of the log; null for the log.</summary>
    public OutputStream? Output { get; set; }

    /// <summary>Whether input is the request body.</summary>
    public bool InputIsRequestBody { get; set; }

    /// <summary>Before a request.</summary>
    public void Reset()
    {
        Array.Clear(_closed);
        _input = null;
        _output = null;
        _error = null;
        Output = null;
        InputIsRequestBody = false;
    }

    /// <summary>Whether a descriptor is open.</summary>
    public bool IsOpen(uint descriptor) => descriptor < 3 && !_closed[descriptor];

    /// <summary>Closes a descriptor.</summary>
    public void Close(uint descriptor) => _closed[descriptor] = true;

    /// <summary>Standard input; null when the descriptor is another or closed.</summary>
    public InputStream? InputOf(RequestContext context, uint descriptor) => descriptor != 0 || _closed[0] ? null
        : _input ??= (InputIsRequestBody ? context.TakeRequestBody() : null) ?? new EmptyInputStream();

    /// <summary>Standard output or error; null when the descriptor is another or closed.</summary>
    public OutputStream? OutputOf(uint descriptor) => !IsOpen(descriptor) ? null : descriptor switch
    {
        1 => _output ??= Output ?? new LogOutputStream(isError: false),
        2 => _error ??= new LogOutputStream(isError: true),
        _ => null,
    };
}
