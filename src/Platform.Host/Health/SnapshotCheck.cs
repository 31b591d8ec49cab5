using Microsoft.Extensions.Diagnostics.HealthChecks;
using Platform.Contracts.Snapshots;

namespace Platform.Host.Health;

/// <summary>Not ready while this process doesn't know its apps: it has never reached a control plane, and has nothing on disk.</summary>
internal sealed class SnapshotCheck(ISnapshotSource snapshots) : IHealthCheck
{
    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(ReferenceEquals(snapshots.Current, PlatformSnapshot.Empty)
            ? HealthCheckResult.Unhealthy("no control plane has been reached yet (Platform:ControlUrls)")
            : HealthCheckResult.Healthy());
}
