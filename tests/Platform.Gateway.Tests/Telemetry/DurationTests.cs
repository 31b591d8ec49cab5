using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Platform.Contracts.Invocation;
using Platform.Gateway.Tests.Hosting;

namespace Platform.Gateway.Tests.Telemetry;

public sealed class DurationTests
{
    /// <summary>An app that answers with every status there is, for every method, makes as many series as one that answers 200.</summary>
    [Fact]
    public async Task Request_ToAnApp_IsCountedByTheClassOfItsStatus_AndNotWithTheApis()
    {
        await using var server = await GatewayServer.StartAsync();
        var (apis, apps) = (new ConcurrentQueue<string>(), new ConcurrentQueue<string>());
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Meter.Scope == server.Meters && instrument.Name is "http.server.request.duration" or "platform.gateway.request.duration")
                {
                    listening.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((instrument, duration, tags, _) =>
        {
            Assert.InRange(duration, 0, 60);
            var texts = tags.ToArray().Select(static tag => $"{tag.Key}={tag.Value}").ToList();
            (instrument.Name == "http.server.request.duration" ? apis : apps).Enqueue(string.Join(' ', texts.Where(static text => text.Contains("status", StringComparison.Ordinal))));
            Assert.True(instrument.Name == "http.server.request.duration" || texts.Count == 1);
        });
        listener.Start();

        int[] statuses = [200, 204, 299, 302, 404, 418, 499, 500, 599];
        foreach (var status in statuses)
        {
            server.Invoker.Answer = context =>
            {
                context.Response.StatusCode = status;
                return new(new InvocationOutcome(InvocationStatus.Guest));
            };
            using var response = await server.GetAsync("shop--acme.localhost");
            Assert.Equal(status, (int)response.StatusCode);
        }

        server.Invoker.Answer = static _ => new(new InvocationOutcome(InvocationStatus.Trap));
        using var trap = await server.GetAsync("shop--acme.localhost");
        using var nothing = await server.GetAsync("nothing--acme.localhost");
        using var api = await server.GetAsync("localhost");

        // A request is counted once its response has been sent.
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (apis.IsEmpty || apps.Count < statuses.Length + 2)
        {
            await Task.Delay(20, timeout.Token);
        }

        Assert.Equal(["http.response.status_code=200"], apis);
        Assert.Equal(
            [.. statuses.Append(500).Append(404).Select(static status => $"platform.status_class={status / 100}xx").Order()],
            apps.Order());
    }
}
