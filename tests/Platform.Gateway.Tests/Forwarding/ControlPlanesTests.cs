using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Platform.Gateway.Forwarding;

namespace Platform.Gateway.Tests.Forwarding;

public sealed class ControlPlanesTests
{
    private readonly FakeTimeProvider _time = new();
    private string[]? _addresses = [];
    private int _asked;

    [Fact]
    public async Task Name_WithSeveralAddresses_IsAsManyControlPlanes_AsTheyComeAndGo()
    {
        using var planes = Create("http://control-pods:9080", "http://10.1.0.1:9080");
        Assert.Equal(["http://control-pods:9080/", "http://10.1.0.1:9080/"], Urls(planes));

        _addresses = ["10.0.0.2", "::1", "10.0.0.1", "10.0.0.2"];
        await planes.StartAsync(CancellationToken.None);
        await ExpectAsync(planes, "http://10.0.0.1:9080/", "http://10.0.0.2:9080/", "http://10.1.0.1:9080/");

        // What it said last holds while it says nothing.
        _addresses = null;
        await AskAgainAsync();
        await AskAgainAsync();
        Assert.Equal(3, planes.Current.Count);

        _addresses = ["10.0.0.1", "10.0.0.3", "10.0.0.2"];
        await AskAgainAsync();
        await ExpectAsync(planes, "http://10.0.0.1:9080/", "http://10.0.0.2:9080/", "http://10.0.0.3:9080/", "http://10.1.0.1:9080/");

        _addresses = ["10.0.0.3"];
        await AskAgainAsync();
        await ExpectAsync(planes, "http://control-pods:9080/", "http://10.1.0.1:9080/");
        await planes.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Addresses_AreAskedNobodyFor()
    {
        using var planes = Create("http://10.0.0.1:9080", "https://[::1]:9080");
        await planes.StartAsync(CancellationToken.None);
        await planes.ExecuteTask!;
        Assert.Equal(0, _asked);
        Assert.Equal(2, planes.Current.Count);
    }

    private static string[] Urls(ControlPlanes planes) => [.. planes.Current.Select(static url => url.AbsoluteUri)];

    private static async Task ExpectAsync(ControlPlanes planes, params string[] urls)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!Urls(planes).SequenceEqual(urls))
        {
            Assert.False(patience.IsCancellationRequested, string.Join(' ', Urls(planes)));
            await Task.Yield();
        }
    }

    private async Task AskAgainAsync()
    {
        var asked = Volatile.Read(ref _asked);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (Volatile.Read(ref _asked) == asked)
        {
            Assert.False(patience.IsCancellationRequested);
            _time.Advance(ControlPlanes.Period);
            await Task.Yield();
        }
    }

    private ControlPlanes Create(params string[] urls) => new([.. urls.Select(static url => new Uri(url))], ResolveAsync, _time, NullLogger<ControlPlanes>.Instance);

    private Task<IPAddress[]> ResolveAsync(string name, CancellationToken cancellationToken)
    {
        Assert.Equal("control-pods", name);
        Interlocked.Increment(ref _asked);
        return _addresses is { } addresses ? Task.FromResult(addresses.Select(IPAddress.Parse).ToArray()) : Task.FromException<IPAddress[]>(new SocketException((int)SocketError.TryAgain));
    }
}
