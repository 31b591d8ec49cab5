using System.Collections.Frozen;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;

namespace Platform.Worker.Outbound;

/// <summary>The ports that this process listens on: known once the server has started, which is before any guest runs.</summary>
internal sealed class OwnPorts(IServer server)
{
    private FrozenSet<int>? _ports;

    /// <summary>The ports.</summary>
    public IReadOnlySet<int> Read()
    {
        if (_ports is { Count: > 0 } known)
        {
            return known;
        }

        var addresses = server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        return _ports = addresses.Select(static address => BindingAddress.Parse(address).Port).Where(static port => port > 0).ToFrozenSet();
    }
}
