using Platform.Contracts.Usage;
using Platform.Contracts.Versions;
using Platform.Worker.Invocation;
using Platform.Worker.Tests.Fakes;

namespace Platform.Worker.Tests.Engine;

/// <summary>Metering with the real sandbox: what usage says is what the receipts of the same requests say.</summary>
public sealed class UsageTests(EngineServer server) : IClassFixture<EngineServer>
{
    [Fact]
    public async Task Usage_OfAnsweredRequests_IsTheSumOfTheirReceipts()
    {
        var app = server.Deploy("c-echo", receipts: true);
        long fuel = 0;
        for (var i = 1; i <= 5; i++)
        {
            using var content = new ByteArrayContent(new byte[1000 * i]);
            using var response = await server.Client.PostAsync(new Uri($"/{app}/echo", UriKind.Relative), content);
            Assert.Equal(1000 * i, (await response.Content.ReadAsByteArrayAsync()).Length);
            var headers = response.Headers.TryGetValues(Receipt.FieldName, out var values) ? values : response.TrailingHeaders.GetValues(Receipt.FieldName);
            fuel += long.Parse(headers.Single().Split("fuel=")[1].Split(',')[0], null);
        }

        var usage = await OfAsync(app, 5);
        Assert.Equal(UsageOutcome.Status2xx, Assert.Single(usage).Key);
        var values2xx = usage[UsageOutcome.Status2xx];
        Assert.Equal(fuel, values2xx.Fuel);
        Assert.Equal((15_000, 15_000), (values2xx.BytesIn, values2xx.BytesOut));
        Assert.Equal((1, 0), (values2xx.ColdStarts, values2xx.OutboundRequests));
        Assert.True(values2xx.CpuMicroseconds > 0 && values2xx.WallMicroseconds > 0, values2xx.ToString());
    }

    [Fact]
    public async Task Usage_OfEachEnd_CountsUnderItsOutcome()
    {
        var app = server.Deploy("c-faults", new LimitsDocument(Fuel: 300_000_000, MemoryBytes: 32 << 20));
        foreach (var path in (string[])["/log", "/trap", "/divide", "/none", "/loop"])
        {
            await server.GetAsync(app, path);
        }

        var usage = await OfAsync(app, 5);
        Assert.Equal(
            [(UsageOutcome.Status2xx, 1), (UsageOutcome.Trap, 2), (UsageOutcome.NoResponse, 1), (UsageOutcome.Fuel, 1)],
            usage.OrderBy(static pair => pair.Key).Select(static pair => (pair.Key, pair.Value.Requests)));
        Assert.True(usage[UsageOutcome.Status2xx].LogBytes > 0, "the log was counted");
        Assert.InRange(usage[UsageOutcome.Fuel].Fuel, 299_000_000, 301_000_000);
        Assert.True(usage[UsageOutcome.Fuel].CpuMicroseconds > 10_000, usage[UsageOutcome.Fuel].ToString());
    }

    // What has been reported of the app, once so many requests have.
    private async Task<Dictionary<UsageOutcome, UsageValues>> OfAsync(string app, long requests)
    {
        List<UsageDelta> deltas = [];
        await Eventually.HoldsAsync(
            () => (deltas = [.. server.Usage.Deltas.Where(delta => delta.App == app)]).Sum(static delta => delta.Values.Requests) >= requests, "the requests are reported");
        return deltas.GroupBy(static delta => delta.Key.Outcome).ToDictionary(
            static group => group.Key,
            static group => group.Select(static delta => delta.Values).Aggregate(static (a, b) => new UsageValues(
                a.Requests + b.Requests,
                a.Fuel + b.Fuel,
                a.CpuMicroseconds + b.CpuMicroseconds,
                a.WallMicroseconds + b.WallMicroseconds,
                a.BytesIn + b.BytesIn,
                a.BytesOut + b.BytesOut,
                a.OutboundRequests + b.OutboundRequests,
                a.OutboundBytesOut + b.OutboundBytesOut,
                a.OutboundBytesIn + b.OutboundBytesIn,
                a.ColdStarts + b.ColdStarts,
                a.LogBytes + b.LogBytes)));
    }
}
