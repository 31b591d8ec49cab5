using System.Runtime.CompilerServices;
using Platform.Contracts.Versions;

namespace Platform.Contracts.Routing;

/// <summary>Route tables, made once a version; gone with the last snapshot that holds it.</summary>
public sealed class RouteTables
{
    private readonly ConditionalWeakTable<VersionDocument, RouteTable> _tables = [];

    /// <summary>The table of a version.</summary>
    public RouteTable Of(VersionDocument version)
    {
        ArgumentNullException.ThrowIfNull(version);
        return _tables.TryGetValue(version, out var table) ? table : _tables.GetValue(version, static document => new RouteTable(document.Routes));
    }
}
