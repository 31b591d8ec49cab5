using Platform.Contracts.Invocation;
using Platform.Contracts.Quotas;
using Platform.Worker.Tests.Fakes;

namespace Platform.Worker.Tests.Invocation;

public sealed class AdmissionTests
{
    [Fact]
    public async Task Tenant_OverItsConcurrency_IsRefusedWhileAnotherIsServed()
    {
        using var gate = new ManualResetEventSlim();
        await using var server = await InvokerServer.StartAsync(
            request =>
            {
                if (request.PathWithQuery == "/wait")
                {
                    Guest.Wait(request, gate);
                }

                return Guest.Answer(request, "ok");
            },
            new InvokerServerOptions { Quota = new TenantQuota { Concurrency = 3 } });
        var waiting = Enumerable.Range(0, 3).Select(_ => server.Client.GetStringAsync(new Uri("/wait", UriKind.Relative))).ToList();
        await Eventually.HoldsAsync(() => server.Scheduler.Running == 3, "three wait");

        using var refused = await server.Client.GetAsync(new Uri("/", UriKind.Relative));
        Assert.Equal("TenantConcurrency", refused.Headers.GetValues("test-outcome").Single());
        Assert.Equal("1", refused.Headers.RetryAfter?.ToString());
        using var message = new HttpRequestMessage(HttpMethod.Get, "/");
        message.Headers.Add("test-tenant", "other");
        using var served = await server.Client.SendAsync(message);
        Assert.Equal("ok", await served.Content.ReadAsStringAsync());

        gate.Set();
        Assert.All(await Task.WhenAll(waiting), static body => Assert.Equal("ok", body));
        Assert.Equal("ok", await server.Client.GetStringAsync(new Uri("/", UriKind.Relative)));
    }

    [Fact]
    public async Task Queue_FullOrPastItsDeadline_IsCapacity()
    {
        using var gate = new ManualResetEventSlim();
        await using var server = await InvokerServer.StartAsync(
            request =>
            {
                gate.Wait();
                return Guest.Answer(request, "ok");
            },
            new InvokerServerOptions { Permits = 1, Threads = 1, Queue = 1, QueueTimeout = TimeSpan.FromMilliseconds(200) });
        var running = server.Client.GetStringAsync(new Uri("/", UriKind.Relative));
        await Eventually.HoldsAsync(() => server.Scheduler.Running == 1, "one runs");
        var queued = server.Client.GetAsync(new Uri("/", UriKind.Relative));
        await Eventually.HoldsAsync(() => server.Scheduler.Queued == 1 || queued.IsCompleted, "one is queued");

        using var late = await queued;
        Assert.Equal("Capacity", late.Headers.GetValues("test-outcome").Single());
        gate.Set();
        Assert.Equal("ok", await running);
        Assert.Equal([InvocationStatus.Capacity, InvocationStatus.Guest], server.Outcomes.Select(static outcome => outcome.Status));
    }

    [Fact]
    public async Task Cold_App_AThousandRequestsAtOnce_LoadsOnceAndAnswersAll()
    {
        await using var server = await InvokerServer.StartAsync(
            static request => Guest.Answer(request, "ok"), new InvokerServerOptions { Quota = new TenantQuota { Concurrency = 1000 }, Queue = 1000 });
        var compiling = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        server.Compiler.Before = _ => compiling.Task;
        var requests = Enumerable.Range(0, 1000).Select(_ => server.Client.GetStringAsync(new Uri("/", UriKind.Relative))).ToList();
        await Eventually.HoldsAsync(() => server.Compiler.Compiles > 0, "the compile began");
        compiling.SetResult();

        Assert.All(await Task.WhenAll(requests), static body => Assert.Equal("ok", body));
        Assert.Equal(1, server.Compiler.Compiles);
    }
}
