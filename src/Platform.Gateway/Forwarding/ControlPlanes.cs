using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Platform.Gateway.Forwarding;

/// <summary>
/// The control planes that this gateway calls, one address each: a name with several IPv4 addresses, as a headless Service of Kubernetes has, stands for as many, so that a page's circuit finds the one that has it
/// (<see cref="CircuitAffinity"/>). A name with one address stays a name.
/// </summary>
internal sealed partial class ControlPlanes : BackgroundService
{
    /// <summary>How often names are looked up: as often as Kubernetes' DNS has something new to say.</summary>
    internal static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    private readonly IReadOnlyList<Uri> _urls;
    private readonly Func<string, CancellationToken, Task<IPAddress[]>> _resolve;
    private readonly TimeProvider _time;
    private readonly ILogger<ControlPlanes> _logger;
    private readonly Dictionary<string, ImmutableArray<IPAddress>> _addresses = new(StringComparer.OrdinalIgnoreCase);
    private volatile IReadOnlyList<Uri> _current;

    public ControlPlanes(IReadOnlyList<Uri> urls, Func<string, CancellationToken, Task<IPAddress[]>> resolve, TimeProvider time, ILogger<ControlPlanes> logger)
    {
        (_urls, _current, _resolve, _time, _logger) = (urls, urls, resolve, time, logger);
    }

    /// <summary>Those that are known now.</summary>
    public IReadOnlyList<Uri> Current => _current;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_urls.All(static url => url.HostNameType != UriHostNameType.Dns))
        {
            return;
        }

        using var timer = new PeriodicTimer(Period, _time);
        try
        {
            do
            {
                await FollowAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task FollowAsync(CancellationToken stoppingToken)
    {
        var found = new List<Uri>();
        foreach (var url in _urls)
        {
            var addresses = url.HostNameType == UriHostNameType.Dns ? await AddressesAsync(url.IdnHost, stoppingToken) : [];
            if (addresses.Length > 1)
            {
                found.AddRange(addresses.Select(address => new UriBuilder(url) { Host = address.ToString() }.Uri));
            }
            else
            {
                found.Add(url);
            }
        }

        if (!found.SequenceEqual(_current))
        {
            _current = found;
            LogFound(string.Join(", ", found));
        }
    }

    // While the DNS doesn't answer, what it said last holds: what is gone is passed over.
    private async Task<ImmutableArray<IPAddress>> AddressesAsync(string name, CancellationToken stoppingToken)
    {
        try
        {
            var answer = await _resolve(name, stoppingToken);
            ImmutableArray<IPAddress> addresses = [.. answer.Where(static address => address.AddressFamily == AddressFamily.InterNetwork).Distinct().OrderBy(static address => address.ToString(), StringComparer.Ordinal)];
            return _addresses[name] = addresses;
        }
        catch (SocketException e)
        {
            LogUnresolved(name, e.Message);
            return _addresses.GetValueOrDefault(name, []);
        }
    }

    [LoggerMessage(3461, LogLevel.Information, "Control planes are at {Urls}")]
    private partial void LogFound(string urls);

    [LoggerMessage(3462, LogLevel.Debug, "{Name} (Platform:ControlUrls) can't be looked up: {Reason}")]
    private partial void LogUnresolved(string name, string reason);
}
