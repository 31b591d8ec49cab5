using System.Net;

namespace Platform.FunctionalTests.Hosting;

/// <summary>A body sent in chunks, without a content-length.</summary>
internal sealed class UnknownLengthContent(HttpContent inner) : HttpContent
{
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => inner.CopyToAsync(stream);

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        inner.Dispose();
        base.Dispose(disposing);
    }
}
