using Platform.Contracts.Invocation;
using Platform.Gateway;
using Platform.Worker.Invocation;

namespace Platform.Host;

/// <summary>The gateway's way to the worker when both are in this process.</summary>
internal sealed class WorkerInvoker(Invoker invoker) : IAppInvoker
{
    /// <inheritdoc/>
    public ValueTask<InvocationOutcome> InvokeAsync(HttpContext context, InvocationTarget target) => invoker.InvokeAsync(context, target);
}
