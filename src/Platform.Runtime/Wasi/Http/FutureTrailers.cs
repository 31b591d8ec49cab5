using Platform.Runtime.Hosting;

namespace Platform.Runtime.Wasi.Http;

/// <summary>The trailers of a body that came in: none are passed on.</summary>
internal sealed class FutureTrailers : Resource
{
    /// <summary>Whether the result was taken.</summary>
    public bool Taken { get; set; }
}
