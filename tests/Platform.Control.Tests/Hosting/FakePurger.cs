using System.Collections.Concurrent;
using Platform.Contracts.Apps;

namespace Platform.Control.Tests.Hosting;

/// <summary>A worker's purger without data: keeps whose was removed, and fails when told to.</summary>
internal sealed class FakePurger : IAppDataPurger
{
    public ConcurrentQueue<long> Purged { get; } = [];

    public bool Fails { get; set; }

    public Task PurgeAsync(long app, CancellationToken cancellationToken)
    {
        if (Fails)
        {
            throw new IOException("The data is out of reach.");
        }

        Purged.Enqueue(app);
        return Task.CompletedTask;
    }
}
