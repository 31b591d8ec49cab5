using System.IO.Pipelines;
using System.Net.Http.Headers;
using Platform.Runtime.Sandboxes;

namespace Platform.Worker.Outbound;

/// <summary>A response of .NET's client as the runtime takes it.</summary>
internal sealed class ClientResponse : OutboundResponse
{
    private readonly HttpRequestMessage _request;
    private readonly HttpResponseMessage _response;

    private ClientResponse(HttpRequestMessage request, HttpResponseMessage response, Stream body)
    {
        _request = request;
        _response = response;
        Headers = [.. Fields(response.Headers.NonValidated), .. Fields(response.Content.Headers.NonValidated)];
        Body = PipeReader.Create(body, new StreamPipeReaderOptions(bufferSize: 16 << 10));
    }

    public override int Status => (int)_response.StatusCode;

    public override IReadOnlyList<HeaderField> Headers { get; }

    public override PipeReader Body { get; }

    public override IReadOnlyList<HeaderField> Trailers => [.. Fields(_response.TrailingHeaders.NonValidated)];

    /// <summary>Takes a response whose head was read.</summary>
    public static async Task<OutboundResponse> OpenAsync(
        HttpRequestMessage request, HttpResponseMessage response, TimeSpan betweenBytes, OutboundBytes? bytes, CancellationToken cancellationToken) =>
        new ClientResponse(request, response, new TimedStream(await response.Content.ReadAsStreamAsync(cancellationToken), betweenBytes, bytes));

    // The message goes too: its content may still be on its way out when the response was there early.
    public override void Dispose()
    {
        Body.Complete();
        _response.Dispose();
        _request.Dispose();
    }

    private static IEnumerable<HeaderField> Fields(HttpHeadersNonValidated headers)
    {
        foreach (var (name, values) in headers)
        {
            var lower = name.ToLowerInvariant();
            if (lower is "connection" or "keep-alive" or "proxy-authenticate" or "proxy-connection" or "transfer-encoding" or "upgrade")
            {
                continue;
            }

            foreach (var value in values)
            {
                yield return new HeaderField(lower, value);
            }
        }
    }
}
