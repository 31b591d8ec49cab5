using Google.Protobuf;
using Platform.Runtime.Sandboxes;

namespace Platform.Worker.Capabilities.Sqlite.Shards;

/// <summary>Turns statements and what they give into messages and back.</summary>
internal static class ShardMessages
{
    public static Statement Write(string text, IReadOnlyList<object?> parameters)
    {
        var statement = new Statement { Text = text };
        statement.Parameters.AddRange(parameters.Select(Write));
        return statement;
    }

    public static Rows Write(SqliteRows rows)
    {
        var message = new Rows { Bytes = rows.Bytes };
        message.Columns.AddRange(rows.Columns);
        foreach (var values in rows.Rows)
        {
            var row = new Row();
            row.Values.AddRange(values.Select(Write));
            message.Rows_.Add(row);
        }

        return message;
    }

    public static SqliteRows Read(Rows rows) => new([.. rows.Columns], [.. rows.Rows_.Select(static row => row.Values.Select(Read).ToArray())], rows.Bytes);

    public static object? Read(Value value) => value.KindCase switch
    {
        Value.KindOneofCase.Integer => value.Integer,
        Value.KindOneofCase.Real => value.Real,
        Value.KindOneofCase.Text => value.Text,
        Value.KindOneofCase.Blob => value.Blob.ToByteArray(),
        _ => null,
    };

    // An array that is handed over isn't changed any more.
    private static Value Write(object? value) => value switch
    {
        long integer => new Value { Integer = integer },
        double real => new Value { Real = real },
        string text => new Value { Text = text },
        byte[] blob => new Value { Blob = UnsafeByteOperations.UnsafeWrap(blob) },
        _ => new Value(),
    };
}
