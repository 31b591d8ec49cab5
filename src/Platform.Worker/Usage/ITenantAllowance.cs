using Platform.Contracts.Invocation;
using Platform.Contracts.Snapshots;
using Platform.Contracts.Usage;
using Platform.Worker.Admission;

namespace Platform.Worker.Usage;

/// <summary>
/// What this worker may still run for its tenants. No request waits for another process to know.
/// </summary>
internal interface ITenantAllowance
{
    /// <summary>Takes one of the tenant's places, of requests at once; false when all are taken. It is given back by <see cref="TenantLane.Leave"/>.</summary>
    bool TryEnter(TenantLane lane, TenantSnapshot tenant);

    /// <summary>Asks for one request or message of the tenant, which has its place among those at once already.</summary>
    /// <param name="lane">The tenant's lane.</param>
    /// <param name="tenant">Its quota.</param>
    /// <param name="isInner">Whether it is a call among an app's components: no rate counts those.</param>
    /// <param name="refusal">Why not, with how long to wait where that helps.</param>
    bool TryTake(TenantLane lane, TenantSnapshot tenant, bool isInner, out InvocationOutcome refusal);

    /// <summary>Fuel that a tenant with a quota of it has used.</summary>
    void Used(TenantSnapshot tenant, long fuel);

    /// <summary>What was used until now is about to be reported.</summary>
    void Taking();

    /// <summary>The report has arrived.</summary>
    void Reported(UsageAnswer answer);
}
