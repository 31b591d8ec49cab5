using Platform.Contracts.Apps;
using Platform.Worker.Capabilities.KeyValue;
using Platform.Worker.Capabilities.Sqlite;

namespace Platform.Worker.Capabilities;

/// <summary>Removes what capabilities keep of an app.</summary>
internal sealed class AppDataPurger(KeyValueServer keyValue, ISqliteHost sqlite) : IAppDataPurger
{
    /// <inheritdoc/>
    public async Task PurgeAsync(long app, CancellationToken cancellationToken)
    {
        await keyValue.RemoveAsync(app, cancellationToken);
        await sqlite.RemoveAsync(app, cancellationToken);
    }
}
