using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Platform.Control.Tokens;

/// <summary>
/// Keeps when tokens were last used, to the minute. It is noted in memory and written every second in one transaction: written by the requests, each of them, even one that only reads, would wait for a commit.
/// A crash loses the last second's.
/// </summary>
internal sealed partial class TokenUses(TokenStore tokens, TimeProvider time, ILogger<TokenUses> logger) : BackgroundService
{
    private const long LastUsedStep = 60_000;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<long, long> _noted = [];

    /// <summary>Notes that a token is used now.</summary>
    public void Note(TokenRow token)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        if (token.LastUsedAt is not { } last || now - last >= LastUsedStep)
        {
            _noted[token.Id] = now;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await WriteAsync();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await WriteAsync();
        }
    }

    private async Task WriteAsync()
    {
        // In the order of their numbers, so that two processes never wait for each other.
        var uses = _noted.ToArray().OrderBy(static use => use.Key).ToList();
        if (uses.Count == 0)
        {
            return;
        }

        try
        {
            await tokens.UsedAsync(uses, CancellationToken.None);

            // What was noted again meanwhile stays.
            uses.ForEach(use => _noted.TryRemove(use));
        }
        catch (Exception e)
        {
            LogFailed(e);
        }
    }

    [LoggerMessage(3013, LogLevel.Warning, "When tokens were last used could not be written; it is tried again")]
    private partial void LogFailed(Exception exception);
}
