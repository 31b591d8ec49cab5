using System.Net;
using System.Text;
using System.Threading.Channels;

namespace Platform.FunctionalTests.Hosting;

/// <summary>A request body that goes out when the test says so.</summary>
internal sealed class PartByPartContent : HttpContent
{
    private readonly Channel<byte[]> _parts = Channel.CreateUnbounded<byte[]>();

    public ValueTask SendAsync(string text) => _parts.Writer.WriteAsync(Encoding.ASCII.GetBytes(text));

    public void Complete() => _parts.Writer.Complete();

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        // The head goes out first, on its own.
        await stream.FlushAsync();
        await foreach (var part in _parts.Reader.ReadAllAsync())
        {
            await stream.WriteAsync(part);
            await stream.FlushAsync();
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
