using System.Globalization;
using Platform.Data.Moves;
using Platform.Host.Settings;
using Platform.Host.Startup;

namespace Platform.Host.Commands.Moves;

/// <summary>What the command that moves an installation says of it.</summary>
internal static class MoveText
{
    /// <summary>Says what was moved.</summary>
    public static void WriteMoved(TextWriter output, string source, string target, MoveReport report, int blobs)
    {
        output.WriteLine($"{source} is moved to {target}, and wasn't changed. Read again there, everything is as it is here:");
        WriteContent(output, report, blobs);
    }

    /// <summary>Says what was moved before.</summary>
    public static void WriteMovedBefore(TextWriter output, string source, string target, MoveReport report, int blobs)
    {
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{source} was already moved to {target}, on {report.MovedAt:u} by version {report.Product}. Nothing was written now, and here nothing has changed since. It was:"));
        WriteContent(output, report, blobs);
    }

    /// <summary>Says what the new processes need.</summary>
    public static void WriteNext(TextWriter output, string source, PlatformSettings platform, string? sqliteData)
    {
        output.WriteLine(platform.MasterKey is null
            ? $"The control planes need the same master key: set Platform:MasterKey to what {Path.Combine(source, "master.key")} has."
            : "The control planes need the same master key, Platform:MasterKey.");
        if (platform.OperatorTokenFile is null && OperatorToken.FileIn(source) is var token && File.Exists(token))
        {
            output.WriteLine($"The operator's token stays the same with a copy of {token} as Platform:OperatorTokenFile.");
        }

        if (sqliteData is not null)
        {
            output.WriteLine($"Apps' SQLite databases are in {sqliteData}, the data directory of the process that is to keep them.");
        }

        output.WriteLine($"Don't start the platform on {source} any more: what it would write there isn't moved.");
    }

    private static void WriteContent(TextWriter output, MoveReport report, int blobs)
    {
        foreach (var (table, digest) in report.Tables.OrderBy(static table => table.Key, StringComparer.Ordinal))
        {
            Write(output, $"table {table}", $"{digest.Count:N0} rows", digest.Sha256);
        }

        Write(output, "blobs", $"{blobs:N0}", "each has the content of its SHA-256");
        if (report.Values is { } values)
        {
            Write(output, "key-value data", $"{values.Count:N0} values", values.Sha256);
        }
        else
        {
            output.WriteLine("  key-value data: there was none here, so that the Redis is as it was");
        }

        foreach (var (name, digest) in report.Databases.OrderBy(static database => database.Key, StringComparer.Ordinal))
        {
            Write(output, $"database {name}", $"{digest.Size:N0} bytes", digest.Sha256);
        }
    }

    private static void Write(TextWriter output, string name, FormattableString count, string hash) =>
        output.WriteLine($"  {name,-32} {FormattableString.Invariant(count),16}  {hash}");
}
