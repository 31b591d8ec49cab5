using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Platform.FunctionalTests.Backups;

/// <summary>A backup taken apart and put together again, by who has its master key or doesn't.</summary>
internal static class BackupArchive
{
    /// <summary>Changes a backup's entries and manifest; its list of entries is made right again, its seal only with the key.</summary>
    public static async Task ChangeAsync(string file, string changed, string? masterKey, Action<List<(string Name, byte[] Content)>, JsonNode> change)
    {
        var entries = await ReadAsync(file);
        var seal = entries[^1];
        var manifest = JsonNode.Parse(entries[^2].Content)!;
        entries.RemoveRange(entries.Count - 2, 2);
        change(entries, manifest);
        manifest["entries"] = new JsonArray([.. entries.Select(static entry => new JsonObject
        {
            ["name"] = entry.Name,
            ["size"] = entry.Content.Length,
            ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(entry.Content)),
        })]);
        var text = System.Text.Encoding.UTF8.GetBytes(manifest.ToJsonString());
        entries.Add(("manifest.json", text));
        entries.Add(masterKey is null
            ? seal
            : ("manifest.seal", HMACSHA256.HashData(HMACSHA256.HashData(Convert.FromBase64String(masterKey), "platform: seals backups"u8), text)));
        await WriteAsync(changed, entries);
    }

    private static async Task<List<(string Name, byte[] Content)>> ReadAsync(string file)
    {
        await using var stream = File.OpenRead(file);
        await using var gzip = new GZipStream(stream, CompressionMode.Decompress);
        await using var tar = new TarReader(gzip);
        var entries = new List<(string, byte[])>();
        while (await tar.GetNextEntryAsync() is { } entry)
        {
            using var content = new MemoryStream();
            await (entry.DataStream ?? Stream.Null).CopyToAsync(content);
            entries.Add((entry.Name, content.ToArray()));
        }

        return entries;
    }

    private static async Task WriteAsync(string file, List<(string Name, byte[] Content)> entries)
    {
        await using var stream = File.Create(file);
        await using var gzip = new GZipStream(stream, CompressionLevel.Fastest);
        await using var tar = new TarWriter(gzip);
        foreach (var (name, content) in entries)
        {
            using var data = new MemoryStream(content);
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = data });
        }
    }
}
