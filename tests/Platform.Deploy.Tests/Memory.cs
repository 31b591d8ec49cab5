using Platform.Worker;
using Platform.Worker.Admission;

namespace Platform.Deploy.Tests;

/// <summary>What a worker makes of its memory limit.</summary>
internal static class Memory
{
    /// <summary>Fails unless guests, the process and a compile fit into the limit, with processors for one compile at a time.</summary>
    public static void ExpectFits(long limit, int processors, long compileBytes)
    {
        var plan = NodePlan.Compute(new WorkerOptions { DataDirectory = "/data", CompileMemoryBytes = compileBytes }, new NodeResources(limit, "cgroup", processors));
        Assert.Equal(1, plan.Compiles);
        var needed = plan.MemoryBytes + NodePlan.ProcessReserve + compileBytes;
        Assert.True(needed <= limit, $"guests {plan.MemoryBytes >> 20} MiB, the process {NodePlan.ProcessReserve >> 20} MiB and a compile {compileBytes >> 20} MiB are more than {limit >> 20} MiB");
    }
}
