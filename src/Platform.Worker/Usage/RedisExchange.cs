using StackExchange.Redis;

namespace Platform.Worker.Usage;

/// <summary>Asks the platform's Redis something, one at a time: what is asked while it is away doesn't pile up to be said all at once when it is back.</summary>
internal sealed class RedisExchange
{
    // How long an answer is waited for.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private Task _last = Task.CompletedTask;

    /// <exception cref="IOException">There was no answer, or there is none yet to what was asked before.</exception>
    public async Task<T> AskAsync<T>(Func<Task<T>> ask, CancellationToken cancellationToken)
    {
        if (!_last.IsCompleted)
        {
            throw new IOException("what was asked before has no answer yet");
        }

        var asked = ask();
        _last = asked;
        try
        {
            return await asked.WaitAsync(Patience, cancellationToken);
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            throw new IOException(e.Message, e);
        }
    }
}
