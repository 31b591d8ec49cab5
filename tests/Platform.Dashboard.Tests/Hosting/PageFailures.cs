using System.Collections.Concurrent;
using Microsoft.AspNetCore.Components.Web;

namespace Platform.Dashboard.Tests.Hosting;

/// <summary>The exceptions that reached the layout, which shows "This page failed" for each.</summary>
internal sealed class PageFailures : IErrorBoundaryLogger
{
    public ConcurrentQueue<Exception> All { get; } = [];

    public ValueTask LogErrorAsync(Exception exception)
    {
        All.Enqueue(exception);
        return ValueTask.CompletedTask;
    }
}
