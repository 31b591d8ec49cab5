using System.Diagnostics;

namespace Platform.Worker.Tests.Fakes;

internal static class Eventually
{
    /// <summary>Waits until the condition holds; fails the test after ten seconds.</summary>
    public static async Task HoldsAsync(Func<bool> condition, string what)
    {
        var started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(10), $"never came true: {what}");
            await Task.Yield();
        }
    }
}
