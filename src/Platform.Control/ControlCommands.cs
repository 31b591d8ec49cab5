using Microsoft.Extensions.DependencyInjection;
using Platform.Control.Keys;
using Platform.Data;
using Platform.Data.Migrations;

namespace Platform.Control;

/// <summary>What an operator does to a store while no control plane runs on its data directory.</summary>
public static class ControlCommands
{
    /// <summary>Wraps the store's keys with another master key, and encrypts every secret anew with a new key of the ring, in one transaction.</summary>
    /// <param name="options">As the control plane takes them; their master key is the one in force.</param>
    /// <param name="next">The one that is in force afterwards.</param>
    /// <param name="cancellationToken">Stops it before the transaction.</param>
    /// <returns>How many secrets were encrypted anew.</returns>
    /// <exception cref="StoreStartupException">The store can't be used, or its keys aren't wrapped with the master key.</exception>
    public static async Task<int> RotateMasterKeyAsync(ControlOptions options, MasterKey next, CancellationToken cancellationToken)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddControl(options);
        await using var provider = services.BuildServiceProvider();
        var database = provider.GetRequiredService<Database>();
        var folder = database.Dialect == Dialect.Postgres ? "postgres" : "sqlite";
        await Migrator.MigrateAsync(database, Migration.Embedded(folder), provider.GetRequiredService<TimeProvider>(), cancellationToken);
        var ring = provider.GetRequiredService<KeyRing>();
        await ring.OpenAsync(cancellationToken);
        return await ring.RotateAsync(next, cancellationToken);
    }
}
