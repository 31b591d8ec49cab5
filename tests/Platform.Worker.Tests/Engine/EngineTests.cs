using System.Security.Cryptography;
using Platform.Contracts.Modules;
using Platform.Contracts.Versions;
using Platform.Worker.Artifacts;
using Platform.Worker.Tests.Fakes;

namespace Platform.Worker.Tests.Engine;

/// <summary>The worker with real guests. Each failure is followed by a request that must be served by the same process.</summary>
public sealed class EngineTests(EngineServer server) : IClassFixture<EngineServer>
{
    [Fact]
    public async Task Component_Hello_AnswersAndItsArtifactIsSealed()
    {
        Assert.Equal(("200", "Hello from WebAssembly\n"), await server.GetAsync(server.Deploy("c-hello"), "/"));
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(server.DataDirectory, "artifacts"), ArtifactSeal.FileName, SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Component_Echo_StreamsAnyBody()
    {
        var app = server.Deploy("c-echo");
        var data = RandomNumberGenerator.GetBytes(3 << 20);
        using var content = new ByteArrayContent(data);
        using var response = await server.Client.PostAsync(new Uri($"/{app}/echo", UriKind.Relative), content);
        Assert.Equal(data, await response.Content.ReadAsByteArrayAsync());
        var (_, info) = await server.GetAsync(app, "/info?q=1");
        Assert.Contains("path: /info?q=1\n", info, StringComparison.Ordinal);
        Assert.Contains("method: GET\n", info, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/loop", "Fuel")]
    [InlineData("/memory", "Trap")]
    [InlineData("/recurse", "Trap")]
    [InlineData("/trap", "Trap")]
    [InlineData("/divide", "Trap")]
    [InlineData("/none", "NoResponse")]
    [InlineData("/sleep", "Wall")]
    [InlineData("/oob", "Trap")]
    [InlineData("/forge", "Trap")]
    [InlineData("/twice", "Trap")]
    [InlineData("/leak", "Trap")]
    public async Task Fault_HasItsOutcomeAndTheNextRequestIsServed(string path, string outcome)
    {
        var app = server.Deploy("c-faults", new LimitsDocument(Fuel: 300_000_000, MemoryBytes: 32 << 20, WallMs: path == "/sleep" ? 300 : 20_000));
        Assert.Equal((outcome, ""), await server.GetAsync(app, path));
        await Eventually.HoldsAsync(
            () => server.Logs.Records.Any(record => record.App == app && record.Stream == "platform"), "the tenant's log says why");
        Assert.Equal("200", (await server.GetAsync(app, "/log")).Outcome);
        Assert.Equal("Hello from WebAssembly\n", (await server.GetAsync(server.Deploy("c-hello"), "/")).Body);
    }

    [Fact]
    public async Task Trap_AfterTheHead_Aborts()
    {
        var app = server.Deploy("c-faults");
        try
        {
            var (outcome, body) = await server.GetAsync(app, "/half");

            // The guest trapped before anything was sent.
            Assert.Equal(("Trap", ""), (outcome, body));
        }
        catch (HttpRequestException)
        {
            // Or the head was on its way: then the body must not end cleanly.
        }
    }

    [Fact]
    public async Task Response_OfOneMebibyte_ArrivesWhole()
    {
        var (_, body) = await server.GetAsync(server.Deploy("c-faults"), "/big");
        Assert.Equal(1 << 20, body.Length);
        Assert.StartsWith("abcdefghijklmnopqrstuvwxyzabc", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chunks_OfASlowGuest_ArriveInOrder() =>
        Assert.Equal("chunk 0\nchunk 1\nchunk 2\nchunk 3\nchunk 4\n", (await server.GetAsync(server.Deploy("c-faults"), "/slow")).Body);

    [Fact]
    public async Task Log_OfAGuest_IsInTheAppsLog()
    {
        var app = server.Deploy("c-faults");
        Assert.Equal("logged\n", (await server.GetAsync(app, "/log")).Body);
        await Eventually.HoldsAsync(() => server.Logs.Records.Count(record => record.App == app) == 4, "four lines are there");
        var lines = server.Logs.Records.Where(record => record.App == app).ToLookup(static record => record.Stream, static record => record.Text);
        Assert.Equal(["out line 1", "out line 2", "out line 3"], lines["stdout"]);
        Assert.Equal(["err line 1"], lines["stderr"]);
    }

    [Fact]
    public async Task Receipt_TellsTheSameFuelEachTime()
    {
        var app = server.Deploy("c-hello", receipts: true);
        var receipts = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            using var response = await server.Client.GetAsync(new Uri($"/{app}/", UriKind.Relative));

            // A header when the guest ended before the response's head went out, else a trailer.
            receipts.Add(string.Join(", ", (response.Headers.Contains("platform-receipt") ? response.Headers : response.TrailingHeaders).GetValues("platform-receipt")));
        }

        Assert.All(receipts, static receipt => Assert.Matches("^meter=1, version=1, fuel=[1-9][0-9]*, memory=[1-9][0-9]*, cpu-us=[0-9]+, wall-us=[0-9]+, cold=[01]$", receipt));
        Assert.Single(receipts.Select(static receipt => receipt.Split(", ")[2]).Distinct());
    }

    [Fact]
    public async Task MemoryBombs_AHundredAtOnce_StayUnderTheBudgetAndTheProcessLives()
    {
        var app = server.Deploy("c-faults", new LimitsDocument(MemoryBytes: 128 << 20));
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => server.GetAsync(app, "/memory")));

        Assert.All(outcomes, static end => Assert.Contains(end.Outcome, (string[])["Trap", "Capacity"]));
        Assert.Equal("200", (await server.GetAsync(server.Deploy("c-hello"), "/")).Outcome);
    }

    [Fact]
    public async Task SpinningGuests_MoreThanProcessors_DontStopANeighbour()
    {
        var spinning = server.Deploy("c-faults", new LimitsDocument(Fuel: 2_000_000_000, WallMs: 120_000));
        var hello = server.Deploy("c-hello");
        await server.GetAsync(hello, "/");
        var loops = Enumerable.Range(0, Environment.ProcessorCount * 3).Select(_ => server.GetAsync(spinning, "/loop")).ToList();

        // Each loop takes seconds. A neighbour that had to wait for a permit until a loop ends would be served after one.
        Assert.Equal("200", (await server.GetAsync(hello, "/")).Outcome);
        Assert.Equal("200", (await server.GetAsync(hello, "/")).Outcome);
        Assert.DoesNotContain(loops, static loop => loop.IsCompleted);
        Assert.All(await Task.WhenAll(loops), static loop => Assert.Equal("Fuel", loop.Outcome));
    }

    [Theory]
    [InlineData("no-handler")]
    [InlineData("unknown-import")]
    [InlineData("wrong-type")]
    [InlineData("threads")]
    [InlineData("memory64")]
    [InlineData("core-import")]
    public async Task Module_ThatCannotRun_IsRefusedByTheCompileProcess(string guest)
    {
        var module = server.Source.Add(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "guests", guest + ".wasm")));
        var result = await server.Preparer.PrepareAsync("acme", module, default);
        Assert.Equal(PrepareStatus.Refused, result.Status);
        Assert.NotEmpty(result.Reason!);
    }

    [Fact]
    public async Task Division_ByZeroInManagedCode_IsAnOrdinaryException()
    {
        await server.GetAsync(server.Deploy("c-faults"), "/divide");
        var zero = int.Parse("0", null);
        Parallel.For(0, 8, _ => Assert.Throws<DivideByZeroException>(() => 1 / zero));
    }

    [Theory]
    [InlineData("c-wagi", "Hello from C\n")]
    [InlineData("rust-wagi", "Hello from Rust\n")]
    [InlineData("as-wagi", "Hello from AssemblyScript\n")]
    public async Task Wagi_Command_Answers(string guest, string body)
    {
        var app = server.Deploy(guest);
        Assert.Equal(("200", body), await server.GetAsync(app, "/x"));
        Assert.Equal("418", (await server.GetAsync(app, "/?status")).Outcome);
        var (_, variables) = await server.GetAsync(app, "/x?env");
        Assert.Contains("REQUEST_METHOD=GET\n", variables, StringComparison.Ordinal);
        Assert.Contains("QUERY_STRING=env\n", variables, StringComparison.Ordinal);
    }
}
