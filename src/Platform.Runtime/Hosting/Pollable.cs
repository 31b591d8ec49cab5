namespace Platform.Runtime.Hosting;

/// <summary>A <c>wasi:io/poll</c> pollable: something that becomes ready.</summary>
internal abstract class Pollable : Resource
{
    /// <summary>When it becomes ready by itself, in <see cref="System.Diagnostics.Stopwatch"/> ticks; <see cref="long.MaxValue"/> when not by time.</summary>
    public virtual long ReadyAt => long.MaxValue;

    /// <summary>Whether it is ready now.</summary>
    public abstract bool IsReady(RequestContext context);

    /// <summary>Makes sure that <see cref="Waiter.Signal"/> of the request is called once it may be ready.</summary>
    public virtual void Arm(RequestContext context)
    {
    }
}
