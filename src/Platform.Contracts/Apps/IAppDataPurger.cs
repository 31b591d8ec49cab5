namespace Platform.Contracts.Apps;

/// <summary>Removes what workers keep of an app outside the control plane's store: key-value data, SQLite databases.</summary>
public interface IAppDataPurger
{
    /// <summary>Removes all of it; done again, it finds nothing. Throws when some of it couldn't be removed now.</summary>
    /// <param name="app">The app's number, never used again for another.</param>
    /// <param name="cancellationToken">Stops between steps.</param>
    Task PurgeAsync(long app, CancellationToken cancellationToken);
}
