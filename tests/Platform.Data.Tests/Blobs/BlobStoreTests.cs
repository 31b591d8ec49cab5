using System.Security.Cryptography;
using Platform.Data.Blobs;

namespace Platform.Data.Tests.Blobs;

public class BlobStoreTests
{
    private static CancellationToken None => CancellationToken.None;

    public static TheoryData<Dialect> Dialects => [Dialect.Sqlite, Dialect.Postgres];

    public static TheoryData<Dialect, int> Sizes
    {
        get
        {
            var data = new TheoryData<Dialect, int>();
            foreach (var dialect in new[] { Dialect.Sqlite, Dialect.Postgres })
            {
                foreach (var size in new[] { 0, 1, BlobStore.ChunkBytes - 1, BlobStore.ChunkBytes, BlobStore.ChunkBytes + 1, 5_000_000 })
                {
                    data.Add(dialect, size);
                }
            }

            return data;
        }
    }

    [Theory, MemberData(nameof(Sizes))]
    public async Task Store_AnySize_ReadsBackTheSame(Dialect dialect, int size)
    {
        await using var fixture = await BlobFixture.CreateAsync(dialect);
        var content = RandomNumberGenerator.GetBytes(size);

        var result = await fixture.Blobs.StoreAsync(fixture.Acme, new TrickleStream(content), Hex(content), size, None);

        Assert.Equal(BlobStoreStatus.Stored, result.Status);
        Assert.Equal(new StoredBlob(Hex(content), size), result.Blob);
        Assert.Equal(content, await fixture.ReadAsync(fixture.Acme, Hex(content)));
        Assert.Equal(0, await fixture.CountAsync("blob_uploads"));
    }

    [Theory, MemberData(nameof(Sizes))]
    public async Task Store_WrongHash_LeavesNothing(Dialect dialect, int size)
    {
        await using var fixture = await BlobFixture.CreateAsync(dialect);
        var content = RandomNumberGenerator.GetBytes(size);

        var result = await fixture.Blobs.StoreAsync(fixture.Acme, new MemoryStream(content), new string('0', 64), 1 << 24, None);

        Assert.Equal(BlobStoreStatus.HashMismatch, result.Status);
        await fixture.AssertEmptyAsync();
    }

    [Theory, MemberData(nameof(Sizes))]
    public async Task Store_CutShort_LeavesNothing(Dialect dialect, int size)
    {
        await using var fixture = await BlobFixture.CreateAsync(dialect);
        var content = RandomNumberGenerator.GetBytes(size);

        await Assert.ThrowsAsync<IOException>(
            () => fixture.Blobs.StoreAsync(fixture.Acme, new TrickleStream(content, failsAtEnd: true), null, 1 << 24, None));

        await fixture.AssertEmptyAsync();
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Store_OneByteOverTheLimit_LeavesNothing(Dialect dialect)
    {
        await using var fixture = await BlobFixture.CreateAsync(dialect);
        foreach (var limit in new[] { 10, BlobStore.ChunkBytes, 1_000_000 })
        {
            var result = await fixture.Blobs.StoreAsync(fixture.Acme, new MemoryStream(new byte[limit + 1]), null, limit, None);
            Assert.Equal(BlobStoreStatus.TooLarge, result.Status);
        }

        await fixture.AssertEmptyAsync();
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Store_SameContentOfTwoTenants_IsKeptOnceAndSeenByEachOnlyAfterItsOwnUpload(Dialect dialect)
    {
        await using var fixture = await BlobFixture.CreateAsync(dialect);
        var content = RandomNumberGenerator.GetBytes(300_000);
        await fixture.Blobs.StoreAsync(fixture.Acme, new MemoryStream(content), null, 1 << 24, None);

        Assert.Null(await fixture.Blobs.FindAsync(fixture.Other, Hex(content), None));
        Assert.Null(await fixture.Blobs.OpenAsync(fixture.Other, Hex(content), None));
        var again = await fixture.Blobs.StoreAsync(fixture.Acme, new MemoryStream(content), null, 1 << 24, None);
        var other = await fixture.Blobs.StoreAsync(fixture.Other, new MemoryStream(content), null, 1 << 24, None);

        Assert.Equal(BlobStoreStatus.AlreadyOwned, again.Status);
        Assert.Equal(BlobStoreStatus.Stored, other.Status);
        Assert.Equal(content, await fixture.ReadAsync(fixture.Other, Hex(content)));
        Assert.Equal(2, await fixture.CountAsync("blob_chunks"));
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Store_SameContentInParallel_IsKeptOnce(Dialect dialect)
    {
        await using var fixture = await BlobFixture.CreateAsync(dialect);
        var content = RandomNumberGenerator.GetBytes(600_000);

        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(
            () => fixture.Blobs.StoreAsync(fixture.Acme, new MemoryStream(content), Hex(content), 1 << 24, None))));

        Assert.Single(results, result => result.Status == BlobStoreStatus.Stored);
        Assert.Equal(3, await fixture.CountAsync("blob_chunks"));
        Assert.Equal(content, await fixture.ReadAsync(fixture.Acme, Hex(content)));
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Sweep_WhatACrashLeftAndWhatNobodyOwns_IsRemovedWhenOld(Dialect dialect)
    {
        await using var fixture = await BlobFixture.CreateAsync(dialect);
        var kept = RandomNumberGenerator.GetBytes(300_000);
        await fixture.Blobs.StoreAsync(fixture.Acme, new MemoryStream(kept), null, 1 << 24, None);
        await fixture.Blobs.StoreAsync(fixture.Other, new MemoryStream(RandomNumberGenerator.GetBytes(300_000)), null, 1 << 24, None);
        await fixture.ExecuteAsync($"DELETE FROM tenants WHERE id = {fixture.Other.Id}");
        await fixture.ExecuteAsync($"INSERT INTO blob_uploads (id, started_at) VALUES ('crashed', {fixture.Time.GetUtcNow().ToUnixTimeMilliseconds()})");
        await fixture.ExecuteAsync("INSERT INTO blob_chunks (upload_id, n, data) VALUES ('crashed', 0, '')");

        await fixture.Blobs.SweepAsync(None);
        Assert.Equal(5, await fixture.CountAsync("blob_chunks"));
        fixture.Time.Advance(TimeSpan.FromHours(7));
        await fixture.Blobs.SweepAsync(None);

        Assert.Equal(2, await fixture.CountAsync("blob_chunks"));
        Assert.Equal(1, await fixture.CountAsync("blobs"));
        Assert.Equal(kept, await fixture.ReadAsync(fixture.Acme, Hex(kept)));
    }

    [Fact]
    public void TenantScope_Default_Throws()
    {
        Assert.Throws<InvalidOperationException>(() => default(TenantScope).Id);
        Assert.Throws<ArgumentOutOfRangeException>(() => new TenantScope(0, "acme"));
    }

    private static string Hex(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
