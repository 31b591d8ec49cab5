using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.Time.Testing;
using Platform.Contracts.Quotas;
using Platform.Contracts.Requests;
using Platform.Runtime.Sandboxes;
using Platform.Worker.Logs;
using Platform.Worker.Requests;
using Platform.Worker.Tests.Fakes;
using Platform.Worker.Tests.Invocation;

namespace Platform.Worker.Tests.Requests;

public sealed class RequestRecorderTests
{
    [Fact]
    public async Task Trap_IsKeptWithItsCauseItsCostAndItsPhases()
    {
        await using var server = await InvokerServer.StartAsync(static _ => SandboxOutcome.Trap);
        using var message = new HttpRequestMessage(HttpMethod.Put, "/a%20b?token=secret");
        message.Headers.Add("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
        using var response = await server.Client.SendAsync(message);

        var record = Assert.Single(await KeptAsync(server, 1));
        Assert.Equal(
            ("acme", "shop", 3, "web", "req-1", "PUT", "/a%20b", "/base/...", 500, "trap"),
            (record.Tenant, record.App, record.Version, record.Component, record.RequestId, record.Method, record.Path, record.Route, record.Status, record.Outcome));
        Assert.Equal("detail for the tenant\nframe 1", record.Trap);
        Assert.Equal("4bf92f3577b34da6a3ce929d0e0e4736", record.TraceId);
        Assert.Equal(new RequestReceipt(1, 3, 1234, 65536, 17, 23, IsCold: true), record.Receipt);
        Assert.Equal(["request", "load", "queue", "instantiate", "run"], record.Spans.Select(static span => span.Name));
        Assert.Equal([null, 0, 0, 0, 0], record.Spans.Select(static span => span.Parent));
        Assert.Equal((5, 18), (record.Spans[3].DurationUs, record.Spans[4].DurationUs));
        Assert.InRange(record.WallUs, record.Spans[1].DurationUs, long.MaxValue);

        using var warm = await server.Client.GetAsync(new Uri("/", UriKind.Relative));
        await KeptAsync(server, 2);
        Assert.False(server.Requests.Records[1].Receipt!.IsCold);
        Assert.Equal(["request", "queue", "instantiate", "run"], server.Requests.Records[1].Spans.Select(static span => span.Name));
        Assert.Null(server.Requests.Records[1].TraceId);
    }

    [Fact]
    public async Task HostCalls_AreSpansOfTheRunUpToAMost()
    {
        await using var server = await InvokerServer.StartAsync(static request =>
        {
            for (var i = 0; i < HostCalls.Most + 36; i++)
            {
                request.Trace!.Waited("wasi:keyvalue/store#[method]bucket.get", request.Trace.Waits(), isFailed: i == 1);
            }

            return Guest.Answer(request, "x");
        });
        using var first = await server.Client.GetAsync(new Uri("/", UriKind.Relative));
        using var second = await server.Client.GetAsync(new Uri("/", UriKind.Relative));

        Assert.All(await KeptAsync(server, 2), static record =>
        {
            var run = record.Spans.TakeWhile(static span => span.Name != "run").Count();
            var calls = record.Spans.Skip(run + 1).ToList();
            Assert.Equal((HostCalls.Most, 36), (calls.Count, record.SpansLeftOut));
            Assert.All(calls, call => Assert.Equal(("wasi:keyvalue/store#[method]bucket.get", run), (call.Name, call.Parent!.Value)));
            Assert.Equal("failed", calls[1].Attributes!["error.type"]);
            Assert.Null(calls[2].Attributes);
        });
    }

    [Fact]
    public async Task Path_LongAndHostile_IsCutAndEscaped()
    {
        await using var server = await InvokerServer.StartAsync(static request => Guest.Answer(request, "x"));
        using var response = await server.Client.GetAsync(new Uri("/" + new string('x', 7000), UriKind.Relative));

        var record = Assert.Single(await KeptAsync(server, 1));
        Assert.Equal(1024, record.Path.Length);
        Assert.EndsWith("x…", record.Path, StringComparison.Ordinal);
        Assert.Equal("\\u{1b}[31m\\u{0}…", LogText.Cut("\u001b[31m\0" + new string('\u001b', 40_000), 16));
    }

    [Fact]
    public async Task Rates_OfAnApp_KeepFailuresApartFromTheOthers()
    {
        var isFailing = false;
        var time = new FakeTimeProvider();
        await using var server = await InvokerServer.StartAsync(
            request => Volatile.Read(ref isFailing) ? SandboxOutcome.Trap : Guest.Answer(request, "x"), new InvokerServerOptions { RequestsKept = 1, FailedRequestsKept = 2, Time = time });
        await CallAsync(30);
        Volatile.Write(ref isFailing, true);
        await CallAsync(30);
        await KeptAsync(server, 30);
        Assert.Equal((10, 20), (Kept("2xx"), Kept("trap")));
        time.Advance(TimeSpan.FromSeconds(3));
        await CallAsync(30);
        await KeptAsync(server, 36);
        Assert.Equal((10, 26), (Kept("2xx"), Kept("trap")));

        int Kept(string outcome) => server.Requests.Records.Count(record => record.Outcome == outcome);

        async Task CallAsync(int times)
        {
            for (var i = 0; i < times; i++)
            {
                using var response = await server.Client.GetAsync(new Uri("/", UriKind.Relative));
            }
        }
    }

    [Fact]
    public async Task Refused_ByAQuota_IsKeptWithoutAReceiptAndCountedAsThrottled()
    {
        await using var server = await InvokerServer.StartAsync(
            static request => Guest.Answer(request, "x"), new InvokerServerOptions { Quota = TenantQuota.Default with { RequestsPerSecond = 1, Burst = 1 }, Time = new FakeTimeProvider() });
        for (var i = 0; i < 3; i++)
        {
            using var response = await server.Client.GetAsync(new Uri("/", UriKind.Relative));
        }

        await KeptAsync(server, 3);
        Assert.Equal([("2xx", 200), ("rate-limit", 429), ("rate-limit", 429)], server.Requests.Records.Select(static record => (record.Outcome, record.Status!.Value)).Order());
        Assert.All(server.Requests.Records.Where(static record => record.Status == 429), static record => Assert.True(record is { Receipt: null, Spans.Count: 0, Trap: null }));
        var minute = Assert.Single(server.Series.Take(10));
        Assert.Equal((3, 0, 2, 1, 1234, 65536), (minute.Requests, minute.Errors, minute.Throttled, minute.ColdStarts, minute.Fuel, minute.MemoryBytes));
        Assert.Equal(1, minute.Latencies.Sum());
    }

    [Fact]
    public async Task Trace_OfAListener_NamesTheRecord()
    {
        using var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == Telemetry.WorkerMetrics.Name,
            Sample = static (ref _) => ActivitySamplingResult.AllData,
        };
        ActivitySource.AddActivityListener(listener);
        await using var server = await InvokerServer.StartAsync(static request => Guest.Answer(request, "x"));
        using var response = await server.Client.GetAsync(new Uri("/", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Matches("^[0-9a-f]{32}$", Assert.Single(await KeptAsync(server, 1)).TraceId!);
    }

    // A request is kept once its answer is out.
    private static async Task<IReadOnlyList<RequestRecord>> KeptAsync(InvokerServer server, int count)
    {
        await Eventually.HoldsAsync(() => server.Requests.Records.Count >= count, $"{count} are kept");
        return server.Requests.Records;
    }
}
