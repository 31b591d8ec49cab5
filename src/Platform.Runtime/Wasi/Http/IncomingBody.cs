using Platform.Runtime.Hosting;
using Platform.Runtime.Wasi.Io;

namespace Platform.Runtime.Wasi.Http;

/// <summary>A body that comes in; its stream can be taken once.</summary>
internal sealed class IncomingBody(InputStream stream) : Resource
{
    private InputStream? _stream = stream;

    /// <summary>The stream, the first time.</summary>
    public InputStream? TakeStream()
    {
        var stream = _stream;
        _stream = null;
        return stream;
    }
}
