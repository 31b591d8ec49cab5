using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Platform.Dashboard.Tests.Hosting;

/// <summary>What answers in the API's place: what a test says, when it says so.</summary>
internal sealed class FakeApi
{
    private readonly ConcurrentDictionary<string, Func<HttpContext, Task>> _answers = [];
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _asked = [];
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _answered = [];

    private readonly ConcurrentDictionary<int, TaskCompletionSource> _counted = [];
    private int _count;

    /// <summary>All that was asked for, path and query.</summary>
    public ConcurrentQueue<string> Calls { get; } = [];

    /// <summary>Answers from now on.</summary>
    public void Answer(string call, object body, int status = StatusCodes.Status200OK) => _answers[call] = context => WriteAsync(context, body, status);

    /// <summary>Breaks from now on.</summary>
    public void Fail(string call, Exception exception) => _answers[call] = _ => Task.FromException(exception);

    /// <summary>Answers once the test lets it.</summary>
    public TaskCompletionSource Hold(string call, object body, int status = StatusCodes.Status200OK)
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _answers[call] = async context =>
        {
            await gate.Task;
            await WriteAsync(context, body, status);
        };
        return gate;
    }

    /// <summary>Waits until something was asked for.</summary>
    public Task AskedAsync(string call) => At(_asked, call).Task.WaitAsync(TimeSpan.FromSeconds(30));

    /// <summary>Waits until something was answered.</summary>
    public Task AnsweredAsync(string call) => At(_answered, call).Task.WaitAsync(TimeSpan.FromSeconds(30));

    /// <summary>Waits until so many calls were answered.</summary>
    public Task AnsweredAsync(int count) => At(_counted, count).Task.WaitAsync(TimeSpan.FromSeconds(30));

    /// <summary>As the pipeline has it.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        var call = $"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}";
        Calls.Enqueue(call);
        At(_asked, call).TrySetResult();
        await (_answers.TryGetValue(call, out var answer)
            ? answer(context)
            : WriteAsync(context, new { title = $"No answer for {call}", status = StatusCodes.Status404NotFound }, StatusCodes.Status404NotFound));
        At(_answered, call).TrySetResult();
        At(_counted, Interlocked.Increment(ref _count)).TrySetResult();
    }

    private static async Task WriteAsync(HttpContext context, object body, int status)
    {
        context.Response.StatusCode = status;
        await context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(body, JsonSerializerOptions.Web));
    }

    private static TaskCompletionSource At<TKey>(ConcurrentDictionary<TKey, TaskCompletionSource> what, TKey call)
        where TKey : notnull => what.GetOrAdd(call, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
}
