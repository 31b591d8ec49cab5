using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using Platform.Contracts.Api;
using Platform.Contracts.Snapshots;
using Platform.Control.Paging;

namespace Platform.Control.Traffic;

/// <summary>The column <c>traffic</c> of apps. It counts only together with the column <c>live</c>, which says the version with the largest share, the newest of equal ones.</summary>
internal static class TrafficColumn
{
    /// <summary>The split in force; null when one version has all. A column whose largest share isn't live is what a program of the version before left behind when it made another live.</summary>
    public static TrafficResource? Read(string? column, long? live) =>
        column is null || JsonSerializer.Deserialize<TrafficResource>(column, JsonSerializerOptions.Web) is not { } traffic || traffic.Splits[0].Version != live ? null : traffic;

    /// <summary>What is in force, whether it is split or not.</summary>
    public static TrafficResource Describe(string? column, long? live) =>
        Read(column, live) ?? new TrafficResource(live is null ? [] : [new TrafficSplit((int)live, 100)]);

    /// <summary>The split with the largest share first, the newest of equal ones; with one version it isn't sticky.</summary>
    public static TrafficResource Sort(TrafficResource traffic) => new(
        [.. traffic.Splits.OrderByDescending(split => split.Percent).ThenByDescending(split => split.Version)], traffic.Sticky && traffic.Splits.Count > 1);

    /// <summary>The column for a sorted split.</summary>
    public static string? Write(TrafficResource sorted) => sorted.Splits.Count == 1 ? null : JsonSerializer.Serialize(sorted, JsonSerializerOptions.Web);

    /// <summary>The split as gateways know it. Its key follows from the store's and the app's number, so that no app's cookie is good for another.</summary>
    public static TrafficSnapshot ToSnapshot(TrafficResource traffic, long appId, StoreKeys keys) => new(
        [.. traffic.Splits.Select(split => new TrafficShare(split.Version, split.Percent))],
        traffic.Sticky ? DeriveKey(appId, keys) : null);

    private static ImmutableArray<byte> DeriveKey(long appId, StoreKeys keys)
    {
        Span<byte> app = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(app, appId);
        return [.. HMACSHA256.HashData(keys.Traffic, app)];
    }
}
