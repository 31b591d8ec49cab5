using Platform.Contracts.Invocation;
using Platform.Contracts.Snapshots;

namespace Platform.Worker.Triggers;

/// <summary>A message on its way to one component.</summary>
/// <param name="App">The app as it was when the message came.</param>
/// <param name="Trigger">The trigger.</param>
/// <param name="Payload">The message.</param>
/// <param name="Arrived">When it came, a timestamp of the clock.</param>
internal sealed record MessageRun(AppSnapshot App, RedisTrigger Trigger, ReadOnlyMemory<byte> Payload, long Arrived)
{
    /// <summary>What the worker is to run.</summary>
    public InvocationTarget Target(string id) => new()
    {
        Tenant = App.Tenant,
        App = App.App,
        Version = App.Live!.Value,
        Component = Trigger.Component,
        RequestId = id,
        Route = Trigger.Channel,
    };
}
