using Microsoft.Extensions.Time.Testing;
using Platform.Data.Blobs;
using Platform.Data.Migrations;
using Platform.Testing;

namespace Platform.Data.Tests.Blobs;

/// <summary>A migrated database with two tenants.</summary>
internal sealed class BlobFixture : IAsyncDisposable
{
    private readonly TestDatabase _test;
    private readonly Database _database;

    private BlobFixture(TestDatabase test, Database database)
    {
        _test = test;
        _database = database;
        Blobs = new BlobStore(database, Time);
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));

    public BlobStore Blobs { get; }

    public TenantScope Acme { get; } = new(1, "acme");

    public TenantScope Other { get; } = new(2, "other");

    public static async Task<BlobFixture> CreateAsync(Dialect dialect)
    {
        var test = await TestDatabase.CreateAsync(dialect);
        var fixture = new BlobFixture(test, test.Open());
        var steps = Migration.Embedded(dialect == Dialect.Postgres ? "postgres" : "sqlite");
        await Migrator.MigrateAsync(fixture._database, steps, fixture.Time, CancellationToken.None);
        await fixture.ExecuteAsync("INSERT INTO tenants (name, created_at) VALUES ('acme', 0), ('other', 0)");
        return fixture;
    }

    public Task<int> ExecuteAsync(string sql) => _database.ExecuteAsync(sql, null, CancellationToken.None);

    public async Task<long> CountAsync(string table) =>
        await _database.FindAsync<long>($"SELECT COUNT(*) FROM {table}", null, CancellationToken.None);

    public async Task AssertEmptyAsync()
    {
        foreach (var table in new[] { "blobs", "tenant_blobs", "blob_chunks", "blob_uploads" })
        {
            Assert.Equal(0, await CountAsync(table));
        }
    }

    public async Task<byte[]> ReadAsync(TenantScope tenant, string sha256)
    {
        await using var stream = await Blobs.OpenAsync(tenant, sha256, CancellationToken.None);
        Assert.NotNull(stream);
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy);
        return copy.ToArray();
    }

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        await _test.DisposeAsync();
    }
}
