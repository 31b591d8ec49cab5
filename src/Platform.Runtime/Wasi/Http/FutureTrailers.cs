using Platform.Runtime.Hosting;
using Platform.Runtime.Sandboxes;

namespace Platform.Runtime.Wasi.Http;

/// <summary>The trailers of a body that came in, known at once: they came with its end, and a body given up before has none.</summary>
internal sealed class FutureTrailers(IReadOnlyList<HeaderField> trailers) : Resource
{
    /// <summary>The fields; empty for none.</summary>
    public IReadOnlyList<HeaderField> Trailers { get; } = trailers;

    /// <summary>Whether the result was taken.</summary>
    public bool Taken { get; set; }
}
