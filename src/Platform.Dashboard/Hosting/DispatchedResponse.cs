using Microsoft.AspNetCore.Http.Features;

namespace Platform.Dashboard.Hosting;

/// <summary>The response of a call within the process: kept whole, so that it starts when the pipeline is through.</summary>
internal sealed class DispatchedResponse : HttpResponseFeature
{
    private readonly Stack<(Func<object, Task> Callback, object State)> _starting = [];
    private readonly Stack<(Func<object, Task> Callback, object State)> _completed = [];

    public override void OnStarting(Func<object, Task> callback, object state) => _starting.Push((callback, state));

    public override void OnCompleted(Func<object, Task> callback, object state) => _completed.Push((callback, state));

    /// <summary>What waits for the head of the response; last registered first, as in the server.</summary>
    public Task StartAsync() => RunAsync(_starting);

    /// <summary>What waits for the end.</summary>
    public Task CompleteAsync() => RunAsync(_completed);

    private static async Task RunAsync(Stack<(Func<object, Task> Callback, object State)> waiting)
    {
        while (waiting.TryPop(out var entry))
        {
            await entry.Callback(entry.State);
        }
    }
}
