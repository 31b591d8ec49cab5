using Microsoft.AspNetCore.Http;
using Platform.Contracts.Invocation;

namespace Platform.Gateway.Tests.Hosting;

/// <summary>Does as the test says, and keeps what it was asked.</summary>
internal sealed class RecordingInvoker : IAppInvoker
{
    public List<InvocationTarget> Targets { get; } = [];

    /// <summary>The fields of the last request, by name, as the worker would see them.</summary>
    public Dictionary<string, string> Fields { get; } = new(StringComparer.OrdinalIgnoreCase);

    public Func<HttpContext, ValueTask<InvocationOutcome>> Answer { get; set; } = HelloAsync;

    public ValueTask<InvocationOutcome> InvokeAsync(HttpContext context, InvocationTarget target)
    {
        Targets.Add(target);
        Fields.Clear();
        foreach (var (name, value) in context.Request.Headers)
        {
            Fields[name] = value.ToString();
        }

        return Answer(context);
    }

    private static async ValueTask<InvocationOutcome> HelloAsync(HttpContext context)
    {
        await context.Response.WriteAsync("guest", context.RequestAborted);
        return new InvocationOutcome(InvocationStatus.Guest);
    }
}
