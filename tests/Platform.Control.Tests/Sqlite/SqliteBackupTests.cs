using System.Net;
using System.Security.Cryptography;
using Platform.Contracts.Sqlite;
using Platform.Control.Tests.Hosting;
using Platform.Data;

namespace Platform.Control.Tests.Sqlite;

/// <summary>Where apps' SQLite databases are, and their copies in the store.</summary>
public sealed class SqliteBackupTests
{
    private const string Manifest =
        """
        spin_manifest_version = 2
        [application]
        name = "app"
        [[trigger.http]]
        route = "/..."
        component = "web"
        [component.web]
        source = "web.wasm"
        sqlite_databases = ["default"]
        """;

    [Theory, MemberData(nameof(ControlServer.Dialects), MemberType = typeof(ControlServer))]
    public async Task Copy_PutAgain_ReplacesTheOneBefore_AndGoesWithItsApp(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        await DeployAsync(owner, "app");
        var app = server.Snapshot.Apps.Values.Single(static one => one.App == "app").Id;
        var backups = server.Get<ISqliteBackups>();

        // Several chunks, then one, then none.
        foreach (var content in (byte[][])[RandomNumberGenerator.GetBytes(600_000), "small"u8.ToArray(), []])
        {
            var backup = Of(app, content);
            await backups.PutAsync(1, backup, new MemoryStream(content), CancellationToken.None);
            Assert.Equal([backup], await backups.ListAsync(1, CancellationToken.None));
            Assert.Empty(await backups.ListAsync(0, CancellationToken.None));
            Assert.Equal(content, await ReadAsync(backups, app));
            Assert.Equal((content.Length + 262_143) / 262_144, await ChunksAsync(server));
        }

        var kept = "kept"u8.ToArray();
        await backups.PutAsync(1, Of(app, kept), new MemoryStream(kept), CancellationToken.None);
        foreach (var wrong in (SqliteBackup[])[Of(app, kept) with { Size = 3 }, Of(app, kept) with { Size = 5 }, Of(app, kept) with { Sha256 = new string('0', 64) }])
        {
            await Assert.ThrowsAsync<InvalidDataException>(() => backups.PutAsync(1, wrong, new MemoryStream(kept), CancellationToken.None));
        }

        await backups.PutAsync(1, Of(1_000_000, kept), new MemoryStream(kept), CancellationToken.None);
        Assert.Equal(kept, await ReadAsync(backups, app));
        Assert.Equal(1, await ChunksAsync(server));

        using var deleted = await owner.DeleteAsync("/v1/tenants/acme/apps/app?purge=true");
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Empty(await backups.ListAsync(1, CancellationToken.None));
        Assert.Null(await backups.OpenAsync(app, "default", CancellationToken.None));
        Assert.Equal(0, await ChunksAsync(server));
    }

    [Theory, MemberData(nameof(ControlServer.Dialects), MemberType = typeof(ControlServer))]
    public async Task App_GetsAShard_AndKeepsIt(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect, static options => options with { SqliteShards = 3 });
        var owner = await server.CreateTenantAsync("acme");
        for (var i = 0; i < 30; i++)
        {
            await DeployAsync(owner, $"app{i}");
        }

        var shards = server.Snapshot.Apps.ToDictionary(static app => app.Key, static app => app.Value.SqliteShard);
        Assert.Equal([0, 1, 2], shards.Values.Distinct().Order());

        // Another number of them later changes nothing for those that are there.
        await using var other = await server.StartAnotherAsync(static options => options with { SqliteShards = 1 });
        Assert.Equal(shards, other.Snapshot.Apps.ToDictionary(static app => app.Key, static app => app.Value.SqliteShard));
    }

    [Fact]
    public async Task Deploy_ThatAsksForADatabase_WithoutAShard_IsRefusedNamingTheSetting()
    {
        await using var server = await ControlServer.StartAsync(configure: static options => options with { SqliteShards = 0 });
        var owner = await server.CreateTenantAsync("acme");

        using var form = Form();
        using var refused = await owner.PostAsync("/v1/tenants/acme/apps/app/deploy", form);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        var problem = await refused.Content.ReadAsStringAsync();
        Assert.Contains("urn:platform:problem:sqlite-unavailable", problem, StringComparison.Ordinal);
        Assert.Contains("Platform:SqliteUrls", problem, StringComparison.Ordinal);
        Assert.Empty(server.Snapshot.Apps);
    }

    private static SqliteBackup Of(long app, byte[] content) => new(app, "default", Convert.ToHexStringLower(SHA256.HashData(content)), content.Length);

    private static async Task<byte[]> ReadAsync(ISqliteBackups backups, long app)
    {
        var bytes = new MemoryStream();
        await using var copy = await backups.OpenAsync(app, "default", CancellationToken.None);
        await copy!.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    // Of copies: the module's one chunk is a blob's.
    private static Task<long> ChunksAsync(ControlServer server) => server.Get<Database>().FindAsync<long>(
        "SELECT COUNT(*) FROM blob_chunks c WHERE NOT EXISTS (SELECT 1 FROM blobs b WHERE b.upload_id = c.upload_id)", null, CancellationToken.None);

    private static MultipartFormDataContent Form() => new()
    {
        { new StringContent(Manifest), "manifest", "spin.toml" },
        { new ByteArrayContent(Api.Wasm("one")), "web.wasm", "web.wasm" },
    };

    private static async Task DeployAsync(HttpClient owner, string app)
    {
        using var form = Form();
        using var deployed = await owner.PostAsync($"/v1/tenants/acme/apps/{app}/deploy", form);
        Assert.True(deployed.StatusCode == HttpStatusCode.Created, await deployed.Content.ReadAsStringAsync());
    }
}
