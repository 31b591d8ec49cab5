using System.Collections.Concurrent;
using Microsoft.JSInterop;

namespace Platform.Dashboard.Tests.Hosting;

/// <summary>A browser whose scripts load, answer and are let go of when a test says so.</summary>
internal sealed class FakeBrowser : IJSRuntime
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _held = [];
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _asked = [];
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _disposed = [];

    /// <summary>What was called: a function, or a script's name and its function.</summary>
    public ConcurrentQueue<string> Calls { get; } = [];

    /// <summary>Answers a call, or the loading of a script, once the test lets it.</summary>
    public TaskCompletionSource Hold(string call) => _held[call] = Gate();

    public Task AskedAsync(string call) => At(_asked, call);

    /// <summary>Waits until the page has let go of a script, or of what a call gave.</summary>
    public Task DisposedAsync(string call) => At(_disposed, call);

    public ValueTask<TValue> InvokeAsync<TValue>(string identifier, object?[]? args) => InvokeAsync<TValue>(identifier, CancellationToken.None, args);

    public ValueTask<TValue> InvokeAsync<TValue>(string identifier, CancellationToken cancellationToken, object?[]? args) =>
        AnswerAsync<TValue>(identifier == "import" ? Path.GetFileName((string)args![0]!) : identifier, cancellationToken);

    private async ValueTask<TValue> AnswerAsync<TValue>(string call, CancellationToken cancellationToken)
    {
        Calls.Enqueue(call);
        _asked.GetOrAdd(call, static _ => Gate()).TrySetResult();
        if (_held.TryGetValue(call, out var held))
        {
            await held.Task.WaitAsync(cancellationToken);
        }

        return typeof(TValue) == typeof(IJSObjectReference) ? (TValue)(object)new Reference(this, call) : default!;
    }

    private static Task At(ConcurrentDictionary<string, TaskCompletionSource> what, string call) => what.GetOrAdd(call, static _ => Gate()).Task.WaitAsync(TimeSpan.FromSeconds(30));

    private static TaskCompletionSource Gate() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed class Reference(FakeBrowser browser, string name) : IJSObjectReference
    {
        public ValueTask<TValue> InvokeAsync<TValue>(string identifier, object?[]? args) => InvokeAsync<TValue>(identifier, CancellationToken.None, args);

        public ValueTask<TValue> InvokeAsync<TValue>(string identifier, CancellationToken cancellationToken, object?[]? args) =>
            browser.AnswerAsync<TValue>($"{name} {identifier}", cancellationToken);

        public ValueTask DisposeAsync()
        {
            browser._disposed.GetOrAdd(name, static _ => Gate()).TrySetResult();
            return ValueTask.CompletedTask;
        }
    }
}
