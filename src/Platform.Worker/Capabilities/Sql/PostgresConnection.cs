using System.Data.Common;
using System.Globalization;
using System.Text;
using Npgsql;
using NpgsqlTypes;
using Platform.Runtime.Sandboxes;
using Platform.Worker.Outbound;

namespace Platform.Worker.Capabilities.Sql;

/// <summary>A connection to a PostgreSQL server, its values as Spin has them.</summary>
internal sealed class PostgresConnection(SqlServers servers, string tenant, ServerAddress server) : ServerSqlConnection
{
    private IdlePool<SqlServerKey, DbDataSource>.Lease? _pool;

    protected override async Task<DbConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        _pool = await servers.RentAsync(tenant, server, cancellationToken);
        return await _pool.Client.OpenConnectionAsync(cancellationToken);
    }

    protected override void Release()
    {
        if (_pool is { } pool)
        {
            servers.Return(pool);
        }
    }

    protected override void Add(DbCommand command, SqlValue parameter)
    {
        var (type, value) = ToServer(parameter);
        command.Parameters.Add(type is { } known ? new NpgsqlParameter { NpgsqlDbType = known, Value = value } : new NpgsqlParameter { Value = DBNull.Value });
    }

    protected override SqlType TypeOf(DbDataReader reader, int column) => reader.GetDataTypeName(column) switch
    {
        "boolean" => SqlType.Boolean,
        "smallint" => SqlType.Int16,
        "integer" => SqlType.Int32,
        "bigint" => SqlType.Int64,
        "real" => SqlType.Float32,
        "double precision" => SqlType.Float64,
        "text" or "character varying" or "character" => SqlType.Text,
        "bytea" => SqlType.Binary,
        "date" => SqlType.Date,
        "time" or "time without time zone" => SqlType.Time,
        "timestamp" or "timestamp without time zone" or "timestamp with time zone" => SqlType.DateTime,
        "uuid" => SqlType.Uuid,
        "jsonb" => SqlType.Json,
        "numeric" => SqlType.Decimal,
        "int4range" => SqlType.RangeInt32,
        "int8range" => SqlType.RangeInt64,
        "numrange" => SqlType.RangeDecimal,
        "integer[]" => SqlType.ArrayInt32,
        "bigint[]" => SqlType.ArrayInt64,
        "numeric[]" => SqlType.ArrayDecimal,
        "text[]" or "character varying[]" or "character[]" => SqlType.ArrayText,
        "interval" => SqlType.Interval,
        var name when name.StartsWith("character", StringComparison.Ordinal) => name.EndsWith("[]", StringComparison.Ordinal) ? SqlType.ArrayText : SqlType.Text,
        var name when name.StartsWith("numeric(", StringComparison.Ordinal) => name.EndsWith("[]", StringComparison.Ordinal) ? SqlType.ArrayDecimal : SqlType.Decimal,
        var name when name.StartsWith("time", StringComparison.Ordinal) && name.Contains('(', StringComparison.Ordinal) =>
            name.StartsWith("timestamp", StringComparison.Ordinal) ? SqlType.DateTime : name.EndsWith("with time zone", StringComparison.Ordinal) ? SqlType.Other : SqlType.Time,
        _ => SqlType.Other,
    };

    protected override object Read(DbDataReader reader, int column, SqlType type) => type switch
    {
        SqlType.Boolean => reader.GetBoolean(column),
        SqlType.Int16 => reader.GetInt16(column),
        SqlType.Int32 => reader.GetInt32(column),
        SqlType.Int64 => reader.GetInt64(column),
        SqlType.Float32 => reader.GetFloat(column),
        SqlType.Float64 => reader.GetDouble(column),
        SqlType.Text => reader.GetString(column),
        SqlType.Binary => reader.GetFieldValue<byte[]>(column),
        SqlType.Date => reader.GetFieldValue<DateOnly>(column),
        SqlType.Time => reader.GetFieldValue<TimeOnly>(column),
        SqlType.DateTime => reader.GetDateTime(column),
        SqlType.Uuid => reader.GetGuid(column).ToString(),
        SqlType.Json => Encoding.UTF8.GetBytes(reader.GetString(column)),
        SqlType.Decimal => reader.GetDecimal(column).ToString(CultureInfo.InvariantCulture),
        SqlType.RangeInt32 => ToRange(reader.GetFieldValue<NpgsqlRange<int>>(column)),
        SqlType.RangeInt64 => ToRange(reader.GetFieldValue<NpgsqlRange<long>>(column)),
        SqlType.RangeDecimal => ToRange(reader.GetFieldValue<NpgsqlRange<decimal>>(column)),
        SqlType.ArrayInt32 => Array.ConvertAll(reader.GetFieldValue<int?[]>(column), static item => (object?)item),
        SqlType.ArrayInt64 => Array.ConvertAll(reader.GetFieldValue<long?[]>(column), static item => (object?)item),
        SqlType.ArrayDecimal => Array.ConvertAll(reader.GetFieldValue<decimal?[]>(column), static item => (object?)item?.ToString(CultureInfo.InvariantCulture)),
        SqlType.ArrayText => Array.ConvertAll(reader.GetFieldValue<string?[]>(column), static item => (object?)item),
        SqlType.Interval => ToInterval(reader.GetFieldValue<NpgsqlInterval>(column)),
        _ => Encoding.UTF8.GetBytes(Convert.ToString(reader.GetValue(column), CultureInfo.InvariantCulture) ?? ""),
    };

    protected override SqlServerError? ErrorOf(DbException failure) => failure is PostgresException error
        ? new SqlServerError(
            error.Severity,
            error.SqlState,
            error.MessageText,
            error.Detail,
            [
                .. ((string, string?)[])
                    [
                        ("hint", error.Hint), ("schema", error.SchemaName), ("table", error.TableName), ("column", error.ColumnName), ("datatype", error.DataTypeName),
                        ("constraint", error.ConstraintName), ("position", error.Position > 0 ? error.Position.ToString(CultureInfo.InvariantCulture) : null),
                    ]
                    is var all ? all.Where(static extra => extra.Item2 is not null).Select(static extra => KeyValuePair.Create(extra.Item1, extra.Item2!)) : [],
            ])
        : null;

    private static SqlRange ToRange<T>(NpgsqlRange<T> range)
        where T : struct, IFormattable =>
        range.IsEmpty
            ? throw new InvalidCastException("an empty range")
            : new SqlRange(
                range.LowerBoundInfinite ? null : ToBound(range.LowerBound), range.LowerBoundIsInclusive, range.UpperBoundInfinite ? null : ToBound(range.UpperBound), range.UpperBoundIsInclusive);

    private static object ToBound<T>(T bound)
        where T : struct, IFormattable => bound is decimal number ? number.ToString(CultureInfo.InvariantCulture) : bound;

    private static SqlInterval ToInterval(NpgsqlInterval interval) => new(interval.Time, interval.Days, interval.Months);

    private static (NpgsqlDbType? Type, object? Value) ToServer(SqlValue parameter) => parameter.Type switch
    {
        SqlType.Null => (null, null),
        SqlType.Boolean => (NpgsqlDbType.Boolean, parameter.Value),
        SqlType.Int8 => (NpgsqlDbType.Smallint, (short)(sbyte)parameter.Value!),
        SqlType.Int16 => (NpgsqlDbType.Smallint, parameter.Value),
        SqlType.Int32 => (NpgsqlDbType.Integer, parameter.Value),
        SqlType.Int64 => (NpgsqlDbType.Bigint, parameter.Value),
        SqlType.Float32 => (NpgsqlDbType.Real, parameter.Value),
        SqlType.Float64 => (NpgsqlDbType.Double, parameter.Value),
        SqlType.Text => (NpgsqlDbType.Text, parameter.Value),
        SqlType.Binary => (NpgsqlDbType.Bytea, parameter.Value),
        SqlType.Date => (NpgsqlDbType.Date, parameter.Value),
        SqlType.Time => (NpgsqlDbType.Time, parameter.Value),
        SqlType.DateTime => (NpgsqlDbType.Timestamp, parameter.Value),
        SqlType.Timestamp => (NpgsqlDbType.TimestampTz, ToTimestamp((long)parameter.Value!)),
        SqlType.Uuid => (NpgsqlDbType.Uuid, Guid.TryParse((string)parameter.Value!, out var id) ? id : throw Bad(parameter)),
        SqlType.Json => (NpgsqlDbType.Jsonb, Encoding.UTF8.GetString((byte[])parameter.Value!)),
        SqlType.Decimal => (NpgsqlDbType.Numeric, ToDecimal(parameter.Value)),
        SqlType.RangeInt32 => (NpgsqlDbType.IntegerRange, FromRange((SqlRange)parameter.Value!, static bound => (int)bound)),
        SqlType.RangeInt64 => (NpgsqlDbType.BigIntRange, FromRange((SqlRange)parameter.Value!, static bound => (long)bound)),
        SqlType.RangeDecimal => (NpgsqlDbType.NumericRange, FromRange((SqlRange)parameter.Value!, static bound => ToDecimal(bound)!.Value)),
        SqlType.ArrayInt32 => (NpgsqlDbType.Array | NpgsqlDbType.Integer, Array.ConvertAll((object?[])parameter.Value!, static item => (int?)item)),
        SqlType.ArrayInt64 => (NpgsqlDbType.Array | NpgsqlDbType.Bigint, Array.ConvertAll((object?[])parameter.Value!, static item => (long?)item)),
        SqlType.ArrayDecimal => (NpgsqlDbType.Array | NpgsqlDbType.Numeric, Array.ConvertAll((object?[])parameter.Value!, ToDecimal)),
        SqlType.ArrayText => (NpgsqlDbType.Array | NpgsqlDbType.Text, Array.ConvertAll((object?[])parameter.Value!, static item => (string?)item)),
        SqlType.Interval when parameter.Value is SqlInterval interval => (NpgsqlDbType.Interval, new NpgsqlInterval(interval.Months, interval.Days, interval.Microseconds)),
        _ => throw new CapabilityException($"PostgreSQL has no {parameter.Type.ToString().ToLowerInvariant()}", failure: CapabilityFailure.Parameter),
    };

    private static NpgsqlRange<T> FromRange<T>(SqlRange range, Func<object, T> convert)
        where T : struct =>
        new(
            range.Lower is null ? default : convert(range.Lower), range.LowerInclusive, range.Lower is null, range.Upper is null ? default : convert(range.Upper), range.UpperInclusive, range.Upper is null);

    private static DateTime ToTimestamp(long seconds) => seconds is >= -62135596800 and <= 253402300799
        ? DateTimeOffset.FromUnixTimeSeconds(seconds).UtcDateTime
        : throw new CapabilityException("no such timestamp", failure: CapabilityFailure.Parameter);

    private static decimal? ToDecimal(object? text) => text is null ? null
        : decimal.TryParse((string)text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number
        : throw new CapabilityException($"'{text}' is no decimal of 28 digits", failure: CapabilityFailure.Parameter);

    private static CapabilityException Bad(SqlValue parameter) =>
        new($"'{parameter.Value}' is no {parameter.Type.ToString().ToLowerInvariant()}", failure: CapabilityFailure.Parameter);
}
