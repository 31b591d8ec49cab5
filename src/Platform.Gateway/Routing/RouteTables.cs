using System.Runtime.CompilerServices;
using Platform.Contracts.Routing;
using Platform.Contracts.Versions;

namespace Platform.Gateway.Routing;

/// <summary>Route tables, made once a version; gone with the last snapshot that holds it.</summary>
internal sealed class RouteTables
{
    private readonly ConditionalWeakTable<VersionDocument, RouteTable> _tables = [];

    public RouteTable Of(VersionDocument version) =>
        _tables.TryGetValue(version, out var table) ? table : _tables.GetValue(version, static document => new RouteTable(document.Routes));
}
