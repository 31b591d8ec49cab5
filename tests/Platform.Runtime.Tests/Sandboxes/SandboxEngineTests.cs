using System.IO.Pipelines;
using System.Text;
using Platform.Runtime.Sandboxes;
using Platform.Runtime.Tests.Components;

namespace Platform.Runtime.Tests.Sandboxes;

public sealed class SandboxEngineTests
{
    private static readonly SandboxLimits s_quick = new() { Wall = TimeSpan.FromMilliseconds(300) };

    [Fact]
    public void Run_Hello_AnswersAndReportsCost()
    {
        var (result, response) = Guests.Run("c-hello");

        Assert.Equal((SandboxOutcome.Completed, null), (result.Outcome, result.Detail));
        Assert.Equal(200, response.Status);
        Assert.Equal("Hello from WebAssembly\n", response.Body);
        Assert.Contains(new HeaderField("content-type", "text/plain"), response.Headers);
        Assert.InRange(result.Fuel, 500, 100_000);
        Assert.InRange(result.MemoryBytes, 65536, 65536 * 3);
    }

    [Fact]
    public void Run_SameRequestTwice_UsesTheSameFuel()
    {
        var first = Guests.Run("c-hello").Result.Fuel;

        Assert.Equal(first, Guests.Run("c-hello").Result.Fuel);
    }

    [Fact]
    public void Run_HandlerWithPostReturn_CallsItAfterTheHandler()
    {
        using var without = Guests.Load(Wasm.Handler(Wasm.HandlerModule()));
        Assert.Equal(SandboxOutcome.NoResponse, Guests.Run(without).Result.Outcome);

        using var with = Guests.Load(Wasm.Handler(Wasm.HandlerModule(), [0x05, 1]));
        var (result, _) = Guests.Run(with);
        Assert.Equal(SandboxOutcome.Trap, result.Outcome);
        Assert.Contains("unreachable", result.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_Echo_StreamsBothWays()
    {
        var pipe = new Pipe();
        var writing = Task.Run(async () =>
        {
            for (var i = 0; i < 100; i++)
            {
                await pipe.Writer.WriteAsync(Encoding.UTF8.GetBytes($"part {i} {new string('x', 3000)}\n"));
            }

            await pipe.Writer.CompleteAsync();
        });
        var (result, response) = Guests.Run("c-echo", "/echo", "POST", pipe.Reader);
        await writing;

        Assert.Equal((SandboxOutcome.Completed, null), (result.Outcome, result.Detail));
        Assert.Equal(
            string.Concat(Enumerable.Range(0, 100).Select(i => $"part {i} {new string('x', 3000)}\n")), response.Body);
        Assert.NotNull(response.Trailers);
    }

    [Fact]
    public void Run_Info_ShowsMethodPathAndHeaders()
    {
        var (_, response) = Guests.Run("c-echo", "/info?a=1", "PATCH");

        Assert.Contains("PATCH", response.Body, StringComparison.Ordinal);
        Assert.Contains("/info?a=1", response.Body, StringComparison.Ordinal);
        Assert.Contains("x-test", response.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/trap", SandboxOutcome.Trap, "unreachable")]
    [InlineData("/divide", SandboxOutcome.Trap, "divide by zero")]
    [InlineData("/recurse", SandboxOutcome.Trap, "call stack exhausted")]
    [InlineData("/memory", SandboxOutcome.Trap, "unreachable")]
    [InlineData("/loop", SandboxOutcome.Fuel, "fuel")]
    [InlineData("/leak", SandboxOutcome.Trap, "more than 10000 resource handles")]
    [InlineData("/hoard", SandboxOutcome.Trap, "bytes held by the host for this request")]
    [InlineData("/oob", SandboxOutcome.Trap, "when check-write allowed 0")]
    [InlineData("/oob-result", SandboxOutcome.Trap, "outside the guest's memory")]
    [InlineData("/forge", SandboxOutcome.Trap, "doesn't exist")]
    [InlineData("/forge-type", SandboxOutcome.Trap, "is a ResponseOutparam, not a Fields")]
    [InlineData("/none", SandboxOutcome.NoResponse, "without setting a response")]
    [InlineData("/error", SandboxOutcome.NoResponse, "internal-error")]
    [InlineData("/unfinished", SandboxOutcome.NoResponse, "without finishing the response body")]
    [InlineData("/half", SandboxOutcome.Trap, "unreachable")]
    [InlineData("/twice", SandboxOutcome.Trap, "doesn't exist")]
    public void Run_Fault_EndsWithItsCauseAndTheNextRequestIsServed(string path, SandboxOutcome outcome, string detail)
    {
        var (result, _) = Guests.Run("c-faults", path, limits: new SandboxLimits { Fuel = 100_000_000 });

        Assert.Equal(outcome, result.Outcome);
        Assert.Contains(detail, result.Detail, StringComparison.Ordinal);
        Assert.Equal("Hello from WebAssembly\n", Guests.Run("c-hello").Response.Body);
    }

    [Fact]
    public void Run_EndlessLoopWithFuelLeft_StopsAtTheWallDeadline()
    {
        var (result, _) = Guests.Run("c-faults", "/loop", limits: s_quick with { Fuel = long.MaxValue });

        Assert.Equal(SandboxOutcome.Wall, result.Outcome);
    }

    [Fact]
    public void Run_SleepInsideAHostCall_StopsAtTheWallDeadline()
    {
        var (result, _) = Guests.Run("c-faults", "/sleep", limits: s_quick);

        Assert.Equal(SandboxOutcome.Wall, result.Outcome);
        Assert.True(result.Wall >= s_quick.Wall);
    }

    [Fact]
    public async Task Run_ClientGone_StopsTheSleepingGuest()
    {
        using var client = new CancellationTokenSource();
        var running = Task.Run(() => Guests.Run("c-faults", "/sleep", aborted: client.Token).Result);
        await client.CancelAsync();

        Assert.Equal(SandboxOutcome.Aborted, (await running).Outcome);
    }

    [Fact]
    public void Run_NodeMemoryUsedUp_EndsTheGrowingRequest()
    {
        var budget = new CountingBudget(8 << 20);
        var (result, _) = Guests.Run("c-faults", "/fill/64", memory: budget);

        Assert.Equal(SandboxOutcome.NodeMemory, result.Outcome);
        Assert.Equal(0, budget.Charged);
    }

    [Fact]
    public void Run_HeaderBombAndSplitting_AreRefusedByTheInterface()
    {
        var taken = int.Parse(Guests.Run("c-faults", "/headers-bomb").Response.Body, System.Globalization.CultureInfo.InvariantCulture);

        Assert.InRange(taken, 100, 128);
        Assert.Equal("refused\n", Guests.Run("c-faults", "/crlf").Response.Body);
    }

    [Fact]
    public void Run_BigBody_ArrivesWhole() => Assert.Equal(1 << 20, Guests.Run("c-faults", "/big").Response.BodyLength);

    [Fact]
    public void Run_SlowChunks_AreFlushedBeforeEachWait()
    {
        var (_, response) = Guests.Run("c-faults", "/slow");

        Assert.Equal("chunk 0\nchunk 1\nchunk 2\nchunk 3\nchunk 4\n", response.Body);
        Assert.InRange(response.Flushes, 4, 20);
    }

    [Fact]
    public void Run_Outbound_IsDenied() => Assert.Equal("15\n", Guests.Run("c-faults", "/outbound").Response.Body);

    [Fact]
    public void Run_FilesAndSockets_AreDenied() => Assert.Equal("11\n", Guests.Run("c-faults", "/denied").Response.Body);

    [Fact]
    public void Run_Log_GoesToItsStreams()
    {
        var (_, response) = Guests.Run("c-faults", "/log");

        Assert.Equal("out line 1\nout line 2\nout line 3\n", response.Out.ToString());
        Assert.Equal("err line 1\n", response.Error.ToString());
    }

    [Fact]
    public void ManagedDivisionByZero_AfterGuestsRan_IsAnOrdinaryException()
    {
        Guests.Run("c-faults", "/divide");
        var caught = 0;
        var threads = Enumerable.Range(0, 8).Select(_ => new Thread(() =>
        {
            for (var i = 0; i < 100; i++)
            {
                try
                {
                    GC.KeepAlive(100 / Zero());
                }
                catch (DivideByZeroException)
                {
                    Interlocked.Increment(ref caught);
                }
            }
        })).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());

        Assert.Equal(800, caught);
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static int Zero() => 0;

    private sealed class CountingBudget(long total) : IMemoryBudget
    {
        private long _charged;

        public long Charged => Interlocked.Read(ref _charged);

        public bool TryCharge(long bytes)
        {
            if (Interlocked.Add(ref _charged, bytes) <= total)
            {
                return true;
            }

            Interlocked.Add(ref _charged, -bytes);
            return false;
        }

        public void Release(long bytes) => Interlocked.Add(ref _charged, -bytes);
    }
}
