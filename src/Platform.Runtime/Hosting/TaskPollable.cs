namespace Platform.Runtime.Hosting;

/// <summary>Ready when a task has ended, however.</summary>
internal sealed class TaskPollable(Task task) : Pollable
{
    /// <inheritdoc/>
    public override bool IsReady(RequestContext context) => task.IsCompleted;

    /// <inheritdoc/>
    public override void Arm(RequestContext context) => task.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(context.Wake);
}
