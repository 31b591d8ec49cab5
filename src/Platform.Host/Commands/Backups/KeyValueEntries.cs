using System.Globalization;
using System.Text;
using Platform.Data.Backups;
using Platform.Worker.Backups;

namespace Platform.Host.Commands.Backups;

/// <summary>Key-value data as entries of a backup: of each value the app's number, label, key, length and bytes, as <see cref="BinaryWriter"/> writes them.</summary>
internal static class KeyValueEntries
{
    /// <summary>Writes all there is; says how many values that were.</summary>
    public static async Task<long> WriteAsync(BackupWriter backup, KeyValueData data, CancellationToken cancellationToken)
    {
        long count = 0;
        var n = 0;
        using var part = new MemoryStream();
        await using var writer = new BinaryWriter(part, Encoding.UTF8, leaveOpen: true);
        await foreach (var item in data.ReadAsync(cancellationToken))
        {
            writer.Write(item.App);
            writer.Write(item.Label);
            writer.Write(item.Key);
            writer.Write(item.Value.Length);
            writer.Write(item.Value);
            count++;
            if (part.Length >= BackupWriter.ChunkBytes)
            {
                await EndPartAsync();
            }
        }

        if (part.Length > 0)
        {
            await EndPartAsync();
        }

        return count;

        async Task EndPartAsync()
        {
            await backup.AddAsync(string.Create(CultureInfo.InvariantCulture, $"{EntryNames.KeyValue}/{n++:d6}"), part, cancellationToken);
            part.SetLength(0);
        }
    }

    /// <summary>Reads an entry.</summary>
    public static async Task<List<KeyValueItem>> ReadAsync(Stream entry, CancellationToken cancellationToken)
    {
        using var part = new MemoryStream();
        await entry.CopyToAsync(part, cancellationToken);
        part.Position = 0;
        using var reader = new BinaryReader(part, Encoding.UTF8);
        var items = new List<KeyValueItem>();
        while (part.Position < part.Length)
        {
            items.Add(new KeyValueItem(reader.ReadInt64(), reader.ReadString(), reader.ReadString(), reader.ReadBytes(reader.ReadInt32())));
        }

        return items;
    }
}
