using Microsoft.AspNetCore.Http;
using Platform.Contracts.Invocation;

namespace Platform.Gateway;

/// <summary>Has a worker run a request: in this process, or in another.</summary>
public interface IAppInvoker
{
    /// <summary>
    /// Runs the target. On <see cref="InvocationStatus.Guest"/> the response is complete. On any other it is untouched, unless
    /// <see cref="InvocationOutcome.HeadSent"/>: then it can only be aborted.
    /// </summary>
    ValueTask<InvocationOutcome> InvokeAsync(HttpContext context, InvocationTarget target);
}
