using Platform.Contracts.Versions;
using Platform.Runtime.Sandboxes;
using Platform.Worker.Invocation;
using Platform.Worker.Outbound;

namespace Platform.Worker.Tests.Invocation;

public class ResolvedComponentTests
{
    [Fact]
    public void Defaults_OfTheDocuments_AreTheWorkersAndTheEngines()
    {
        var engine = new SandboxLimits();

        Assert.Equal(
            new LimitsDocument(
                engine.Fuel,
                engine.MemoryBytes,
                (long)engine.Wall.TotalMilliseconds,
                ResolvedComponent.DefaultBodyBytes,
                RequestOutbound.DefaultRequests,
                ResolvedComponent.DefaultLogBytes),
            LimitsDocument.Defaults);
    }
}
