using Platform.Contracts.Quotas;
using Platform.Contracts.Versions;

namespace Platform.Worker.Tests.Invocation;

internal sealed record InvokerServerOptions
{
    public LimitsDocument Limits { get; init; } = new();

    public bool Receipts { get; init; }

    public int Permits { get; init; } = 2;

    public int Threads { get; init; } = 64;

    public int Queue { get; init; } = 100;

    public TimeSpan QueueTimeout { get; init; } = TimeSpan.FromSeconds(10);

    public TenantQuota Quota { get; init; } = TenantQuota.Default;

    public long FailedRequestsKept { get; init; } = 100;

    public long RequestsKept { get; init; } = 100;

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
