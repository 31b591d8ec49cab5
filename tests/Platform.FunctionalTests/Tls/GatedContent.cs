using System.Net;

namespace Platform.FunctionalTests.Tls;

/// <summary>A body of unknown length, whose second part is sent when the test lets it.</summary>
internal sealed class GatedContent(int first, Task gate, int second) : HttpContent
{
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await stream.WriteAsync(new byte[first]);
        await stream.FlushAsync();
        await gate;
        await stream.WriteAsync(new byte[second]);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
