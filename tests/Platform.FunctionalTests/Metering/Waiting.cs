using System.Diagnostics;
using Platform.FunctionalTests.Hosting;

namespace Platform.FunctionalTests.Metering;

/// <summary>Waits for what the platform does by itself.</summary>
internal static class Waiting
{
    public static Task ForAsync(Func<Task<bool>> condition, string what) => ForAsync(condition, () => what);

    /// <param name="condition">What is waited for.</param>
    /// <param name="what">What there is to say when it never comes.</param>
    public static async Task ForAsync(Func<Task<bool>> condition, Func<string> what)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < ServerProcess.Patience, $"never came: {what()}");
            await Task.Delay(20);
        }
    }
}
