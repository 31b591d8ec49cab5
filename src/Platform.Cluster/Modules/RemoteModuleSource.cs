using System.Net;
using Platform.Cluster.Http;
using Platform.Contracts.Modules;

namespace Platform.Cluster.Modules;

/// <summary>Uploaded binaries and files, of a control plane.</summary>
internal sealed class RemoteModuleSource(ControlClient control) : IModuleSource
{
    private static readonly TimeSpan HeadTimeout = TimeSpan.FromSeconds(10);

    public async Task<Stream?> OpenAsync(string sha256, CancellationToken cancellationToken) =>
        await OpenAsync(sha256, 0, cancellationToken) is { } first
            ? new ResumingStream(first, (from, token) => OpenAsync(sha256, from, token))
            : null;

    private async Task<Stream?> OpenAsync(string sha256, long from, CancellationToken cancellationToken)
    {
        var response = await control.SendAsync(HttpMethod.Get, BlobEndpoint.PathOf(sha256, from), content: null, HeadTimeout, cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            response.Dispose();
            return null;
        }

        response.EnsureSuccessStatusCode();
        return await response.Content.ReadAsStreamAsync(cancellationToken);
    }
}
