using Platform.Runtime.Hosting;
using Platform.Runtime.Sandboxes;

namespace Platform.Runtime.Wasi.Http;

/// <summary>The trailers of a body that came in, known at once: a client's aren't passed on, an outgoing request's came with its body.</summary>
internal sealed class FutureTrailers(IReadOnlyList<HeaderField> trailers) : Resource
{
    /// <summary>The fields; empty for none.</summary>
    public IReadOnlyList<HeaderField> Trailers { get; } = trailers;

    /// <summary>Whether the result was taken.</summary>
    public bool Taken { get; set; }
}
