using Microsoft.AspNetCore.Http.HttpResults;
using Platform.Contracts.Api;
using Platform.Contracts.Versions;
using Platform.Control.Problems;

namespace Platform.Control.Quotas;

/// <summary>Checks the values of a quota, and limits against limits.</summary>
internal static class QuotaRules
{
    /// <summary>Why the quota can't be set; null when it can.</summary>
    public static ProblemHttpResult? Check(QuotaDocument quota, LimitsDocument ceilings)
    {
        (string Name, long? Value, long Least, long Most)[] values =
        [
            ("requestsPerSecond", quota.RequestsPerSecond, 1, 1_000_000),
            ("burst", quota.Burst, 1, 1_000_000),
            ("concurrency", quota.Concurrency, 1, 100_000),
            ("totalConcurrency", quota.TotalConcurrency, 1, 100_000_000),
            ("apps", quota.Apps, 0, long.MaxValue),
            ("storageBytes", quota.StorageBytes, 0, long.MaxValue),
            ("fuelPerMonth", quota.FuelPerMonth, 0, long.MaxValue),
            ("limits.fuel", quota.Limits?.Fuel, 1, long.MaxValue),
            ("limits.memoryBytes", quota.Limits?.MemoryBytes, 1, long.MaxValue),
            ("limits.wallMs", quota.Limits?.WallMs, 1, long.MaxValue),
            ("limits.requestBodyBytes", quota.Limits?.RequestBodyBytes, 0, long.MaxValue),
            ("limits.outboundRequests", quota.Limits?.OutboundRequests, 0, long.MaxValue),
            ("limits.logBytes", quota.Limits?.LogBytes, 0, long.MaxValue),
        ];
        foreach (var (name, value, least, most) in values)
        {
            if (value < least || value > most)
            {
                return Problem.Invalid($"'quota.{name}' is {value}; it must be from {least} to {most}, or null for the default.");
            }
        }

        return Above(quota.Limits ?? new LimitsDocument(), ceilings) is var (key, asked, ceiling)
            ? Problem.LimitTooHigh($"'{key}' of the quota's limits is {asked}, above this installation's ceiling of {ceiling}.")
            : null;
    }

    /// <summary>Why a tenant with these limits can't have the version; null when it can.</summary>
    public static ProblemHttpResult? Check(VersionDocument document, LimitsDocument limits)
    {
        foreach (var component in document.Components)
        {
            if (Above(component.Limits, limits) is var (key, asked, limit))
            {
                return Problem.LimitTooHigh($"Component '{component.Id}': '{key}' is {asked}, above the tenant's quota of {limit}. Ask for less, or the operator for more.");
            }
        }

        return null;
    }

    // The first of the asked limits that is above what is allowed, by its name in a manifest.
    private static (string Key, long Asked, long Allowed)? Above(LimitsDocument asked, LimitsDocument allowed)
    {
        (string Key, long? Asked, long? Allowed)[] limits =
        [
            ("fuel", asked.Fuel, allowed.Fuel),
            ("memory-bytes", asked.MemoryBytes, allowed.MemoryBytes),
            ("wall-ms", asked.WallMs, allowed.WallMs),
            ("request-body-bytes", asked.RequestBodyBytes, allowed.RequestBodyBytes),
            ("outbound-requests", asked.OutboundRequests, allowed.OutboundRequests),
            ("log-bytes", asked.LogBytes, allowed.LogBytes),
        ];
        foreach (var (key, value, most) in limits)
        {
            if (value > most)
            {
                return (key, value.Value, most.Value);
            }
        }

        return null;
    }
}
