using Platform.Worker.Admission;
using Platform.Worker.Tests.Fakes;

namespace Platform.Worker.Tests.Admission;

public sealed class NodePlanTests
{
    private static readonly NodeResources Node = new(4L << 30, "cgroup", 2);

    [Fact]
    public void Plan_OfASmallMachine_LeavesRoomForTheProcess()
    {
        var plan = NodePlan.Compute(new WorkerOptions(), Node);
        Assert.Equal((3840L << 20) / 4 * 3, plan.MemoryBytes);
        Assert.Equal(2, plan.RunPermits);
        Assert.Equal(1, plan.Compiles);
        Assert.Equal(256, plan.GuestThreads);
    }

    [Fact]
    public void Plan_WithSettings_TakesThem()
    {
        var plan = NodePlan.Compute(new WorkerOptions { MemoryBytes = 1L << 30, ConcurrentRequests = 10, RunPermits = 5, ConcurrentCompiles = 3 }, Node);
        Assert.Equal(new NodePlan(1L << 30, 10, 20, 5, 3), plan);
    }

    [Theory]
    [InlineData("MemoryBytes", 1L << 40)]
    [InlineData("MemoryBytes", 0L)]
    [InlineData("ConcurrentRequests", 0L)]
    [InlineData("RunPermits", -1L)]
    [InlineData("QueueLength", -1L)]
    public void Setting_ThatCannotBe_IsNamedWithItsValue(string name, long value)
    {
        var options = new WorkerOptions();
        var property = typeof(WorkerOptions).GetProperty(name)!;
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        property.SetValue(options, Convert.ChangeType(value, type, null));

        var failure = Assert.Throws<WorkerConfigurationException>(() => NodePlan.Compute(options, Node));
        Assert.StartsWith($"Platform:Worker:{name} is {value}; it must be from ", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Machine_TooSmall_IsSaid()
    {
        var failure = Assert.Throws<WorkerConfigurationException>(() => NodePlan.Compute(new WorkerOptions(), new NodeResources(200L << 20, "cgroup", 1)));
        Assert.Contains("200 MiB", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0::/app/worker", "sys/fs/cgroup/app/memory.max", "1073741824")]
    [InlineData("0::/app/worker", "sys/fs/cgroup/app/worker/memory.max", "1073741824")]
    [InlineData("0::/somewhere/on/the/host", "sys/fs/cgroup/memory.max", "1073741824")]
    [InlineData("5:memory:/app", "sys/fs/cgroup/memory/app/memory.limit_in_bytes", "1073741824")]
    public void Limit_OfTheGroupOrOneAboveIt_Counts(string group, string file, string limit)
    {
        using var root = Machine(group);
        Directory.CreateDirectory(Path.GetDirectoryName(root.Combine(file))!);
        File.WriteAllText(root.Combine(file), limit + "\n");

        var node = NodeResources.Read(root.Path);
        Assert.Equal((1L << 30, "cgroup"), (node.MemoryBytes, node.MemorySource));
    }

    [Theory]
    [InlineData("max")]
    [InlineData("9223372036854771712")]
    public void Limit_ThatIsNone_LeavesTheMachines(string limit)
    {
        using var root = Machine("0::/app");
        Directory.CreateDirectory(root.Combine("sys/fs/cgroup/app"));
        File.WriteAllText(root.Combine("sys/fs/cgroup/app/memory.max"), limit);
        Assert.Equal((8L << 30, "machine"), (NodeResources.Read(root.Path).MemoryBytes, NodeResources.Read(root.Path).MemorySource));
    }

    [Fact]
    public void Machine_ThisOne_IsRead() => Assert.InRange(NodeResources.Read().MemoryBytes, 1L << 28, 1L << 46);

    private static TemporaryDirectory Machine(string group)
    {
        var root = new TemporaryDirectory();
        Directory.CreateDirectory(root.Combine("proc/self"));
        File.WriteAllText(root.Combine("proc/meminfo"), "MemTotal:        8388608 kB\nMemFree:         1 kB\n");
        File.WriteAllText(root.Combine("proc/self/cgroup"), group + "\n");
        return root;
    }
}
