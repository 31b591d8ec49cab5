using Platform.FunctionalTests.Hosting;

namespace Platform.Cluster.Tests.Running;

/// <summary>The load scenarios on a cluster in a short form: that they run to their end and no answer is wrong, not how fast anything is.</summary>
[Collection(nameof(LoadScriptTests))]
[CollectionDefinition(nameof(LoadScriptTests), DisableParallelization = true)]
public sealed class LoadScriptTests
{
    [Fact]
    public async Task Cluster_ConnectionsANoisyTenantAndAStorm_GivesNoWrongAnswer()
    {
        var output = await Shell.RunAsync("load.sh", "cluster", "connections", "500", "2", "+", "noisy", "1", "6", "+", "storm", "10", "1");

        Assert.Contains("round 2: a request on each", output, StringComparison.Ordinal);
        Assert.Matches("p99 of the neighbour: [0-9.]+ ms alone, [0-9.]+ ms beside it", output);
        Assert.Matches("[1-9][0-9]* requests failed in the outage; [0-9]+ s after the workers were started none failed any more", output);
        Assert.DoesNotMatch("[1-9][0-9]* wrong answers", output);
    }

    [Fact]
    public async Task Cluster_ManyAppsASoakAndTheOverhead_GivesNoWrongAnswer()
    {
        var output = await Shell.RunAsync("load.sh", "cluster", "density", "4", "3", "5", "2", "+", "soak", "6", "20", "3", "+", "overhead", "1", "1");

        Assert.Matches("5 deploys: from the answer until every gateway serves it p50 [0-9.]+ ms", output);
        Assert.Matches("[1-9] times a worker was killed and started again", output);
        Assert.Matches("[1-9][0-9]* in one process, [1-9][0-9]* by a gateway to one of three workers, [0-9.]+ of it", output);
        Assert.DoesNotMatch("[1-9][0-9]* wrong answers", output);
    }

    /// <summary>C13, of one program twice; two are <c>./load.sh rolling</c>.</summary>
    [Fact]
    public async Task Rolling_OfThisProgram_FailsNoRequest()
    {
        var output = await Shell.RunAsync("load.sh", "rolling", ".", "20", "control-1 sqlite-1 worker-1 gateway-1");
        Assert.Matches(@"[1-9]\d+ requests, 0 failed: 100.0000 % available", output);
        Assert.Contains("no request failed", output, StringComparison.Ordinal);
    }
}
