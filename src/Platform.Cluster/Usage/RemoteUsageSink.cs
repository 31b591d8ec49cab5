using System.Net.Http.Json;
using Platform.Cluster.Http;
using Platform.Contracts.Usage;

namespace Platform.Cluster.Usage;

/// <summary>Reports usage to a control plane.</summary>
internal sealed class RemoteUsageSink(ControlClient control) : IUsageSink
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    public async Task<UsageAnswer> ReportAsync(UsageBatch batch, CancellationToken cancellationToken)
    {
        using var response = await control.SendAsync(HttpMethod.Post, UsageEndpoint.Path, () => JsonContent.Create(batch, ClusterJson.Default.UsageBatch), Timeout, cancellationToken);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync(ClusterJson.Default.UsageAnswer, cancellationToken))!;
    }
}
