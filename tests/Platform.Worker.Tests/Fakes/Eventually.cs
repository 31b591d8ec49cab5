using System.Diagnostics;

namespace Platform.Worker.Tests.Fakes;

internal static class Eventually
{
    /// <summary>Waits until the condition holds; fails the test after ten seconds.</summary>
    public static Task HoldsAsync(Func<bool> condition, string what) => HoldsAsync(() => Task.FromResult(condition()), what);

    /// <inheritdoc cref="HoldsAsync(Func{bool}, string)"/>
    public static async Task HoldsAsync(Func<Task<bool>> condition, string what)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(10), $"never came true: {what}");
            await Task.Yield();
        }
    }
}
