using Platform.Contracts.Invocation;
using Platform.Runtime;
using Platform.Runtime.Sandboxes;

namespace Platform.Worker.Invocation;

/// <summary>What a component runs for: where its request comes from, and where the answer goes.</summary>
internal abstract class Exchange
{
    /// <summary>The kind of trigger, for metrics.</summary>
    public abstract string Trigger { get; }

    /// <summary>The handlers, one of which a module must have.</summary>
    public abstract HandlerKinds Handlers { get; }

    /// <summary>Bytes of body or message that the guest read.</summary>
    public abstract long BytesIn { get; }

    /// <summary>The status for what was wrong with the body that came, as far as it was read; null when nothing was.</summary>
    public virtual int? ClientFault => null;

    /// <summary>When the worker got it, a timestamp of the clock.</summary>
    public long Began { get; set; }

    /// <summary>Whether there's somebody who is answered with a status.</summary>
    public abstract bool HasResponse { get; }

    /// <summary>The client's <c>traceparent</c> (W3C Trace Context); null for none.</summary>
    public virtual string? TraceParent => null;

    /// <summary>Whether its usage needs no counting any more. A message that is refused is tried again, and has counts of its trigger if it's given up: it counts only once it has run.</summary>
    public bool IsCounted { get; set; }

    /// <summary>Cancelled when nobody wants the answer any more.</summary>
    public abstract CancellationToken Aborted { get; }

    /// <summary>Whether it is known by now that there is more than the component takes.</summary>
    public abstract bool IsTooLarge(ResolvedComponent component);

    /// <summary>The sandbox's request.</summary>
    public abstract SandboxRequest CreateRequest(
        InvocationTarget target, ResolvedComponent component, HandlerKinds kinds, Invocation invocation, IMemoryBudget memory);

    /// <summary>Ends once the guest thread is done with the invocation.</summary>
    public abstract ValueTask WaitForEndAsync(Invocation invocation);

    /// <summary>Gives what is left of the answer.</summary>
    /// <param name="invocation">The invocation, which has ended.</param>
    /// <param name="ended">How.</param>
    /// <param name="receipt">What it cost; null when nobody is to be told.</param>
    /// <returns>What has become of it all.</returns>
    public abstract ValueTask<InvocationStatus> FinishAsync(Invocation invocation, InvocationStatus ended, string? receipt);

    /// <summary>Its method and its path without the query, as they came.</summary>
    public abstract (string Method, string Path) Describe(InvocationTarget target);

    /// <summary>Ends it by force.</summary>
    public abstract void Abort();
}
