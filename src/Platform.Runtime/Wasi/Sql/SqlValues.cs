using Platform.Runtime.Canonical;
using Platform.Runtime.Sandboxes;

namespace Platform.Runtime.Wasi.Sql;

/// <summary>
/// How one version of an interface numbers its types: the cases of <c>db-value</c> and <c>parameter-value</c> and of <c>db-data-type</c> are in one order, the values' null (and
/// unsupported) and the types' other after them.
/// </summary>
internal sealed class SqlValues
{
    private static readonly AbiType s_date = Abi.Tuple(Abi.S32, Abi.U8, Abi.U8);
    private static readonly AbiType s_time = Abi.Tuple(Abi.U8, Abi.U8, Abi.U8, Abi.U32);
    private static readonly AbiType s_dateTime = Abi.Tuple(Abi.S32, Abi.U8, Abi.U8, Abi.U8, Abi.U8, Abi.U8, Abi.U32);
    private static readonly AbiType s_interval = Abi.Tuple(Abi.S64, Abi.S32, Abi.S32);

    private readonly SqlType[] _types;
    private readonly bool _hasOtherBytes;

    private SqlValues(bool isDetailed, params SqlType[] types)
    {
        _types = types;
        _hasOtherBytes = isDetailed;
        AbiType?[] cases = [.. types.Select(TypeOf), null];
        Parameter = Abi.Variant(cases);
        Value = Abi.Variant([.. cases, isDetailed ? Abi.Bytes : null]);
        DataType = isDetailed ? Abi.Variant([.. types.Select(static _ => (AbiType?)null), Abi.Text]) : Abi.Enum(types.Length + 1);
    }

    /// <summary><c>fermyon:spin/rdbms-types@2.0.0</c>.</summary>
    public static SqlValues Version2 { get; } = new(
        isDetailed: false,
        SqlType.Boolean, SqlType.Int8, SqlType.Int16, SqlType.Int32, SqlType.Int64, SqlType.UInt8, SqlType.UInt16, SqlType.UInt32, SqlType.UInt64, SqlType.Float32, SqlType.Float64,
        SqlType.Text, SqlType.Binary);

    /// <summary><c>spin:postgres@3.0.0</c>.</summary>
    public static SqlValues Version3 { get; } = new(
        isDetailed: false,
        SqlType.Boolean, SqlType.Int8, SqlType.Int16, SqlType.Int32, SqlType.Int64, SqlType.Float32, SqlType.Float64, SqlType.Text, SqlType.Binary, SqlType.Date, SqlType.Time,
        SqlType.DateTime, SqlType.Timestamp);

    /// <summary><c>spin:postgres@4.0.0</c>.</summary>
    public static SqlValues Version4 { get; } = new(
        isDetailed: true,
        [
            .. Version3._types, SqlType.Uuid, SqlType.Json, SqlType.Decimal, SqlType.RangeInt32, SqlType.RangeInt64, SqlType.RangeDecimal, SqlType.ArrayInt32, SqlType.ArrayInt64,
            SqlType.ArrayDecimal, SqlType.ArrayText, SqlType.Interval,
        ]);

    /// <summary>The type <c>parameter-value</c>.</summary>
    public AbiType Parameter { get; }

    /// <summary>The type <c>db-value</c>.</summary>
    public AbiType Value { get; }

    /// <summary>The type <c>db-data-type</c>.</summary>
    public AbiType DataType { get; }

    /// <summary>Whether it is version 4, which tells errors and types in detail.</summary>
    public bool IsDetailed => _hasOtherBytes;

    /// <summary>A parameter that the guest passed.</summary>
    /// <exception cref="CapabilityException">It is no value of its type.</exception>
    public SqlValue ToParameter(AbiCase parameter)
    {
        if (parameter.Index == _types.Length)
        {
            return new SqlValue(SqlType.Null, null);
        }

        var type = _types[parameter.Index];
        try
        {
            return new SqlValue(type, type switch
            {
                SqlType.Date => ToDate((object?[])parameter.Value!),
                SqlType.Time => ToTime((object?[])parameter.Value!, 0),
                SqlType.DateTime => ToDate((object?[])parameter.Value!).ToDateTime(ToTime((object?[])parameter.Value!, 3)),
                SqlType.RangeInt32 or SqlType.RangeInt64 or SqlType.RangeDecimal => ToRange((object?[])parameter.Value!),
                SqlType.Interval when parameter.Value is object?[] fields => new SqlInterval((long)fields[0]!, (int)fields[1]!, (int)fields[2]!),
                _ => parameter.Value,
            });
        }
        catch (ArgumentOutOfRangeException wrong)
        {
            throw new CapabilityException($"no such {type.ToString().ToLowerInvariant()}", wrong, CapabilityFailure.Parameter);
        }
    }

    /// <summary>A value for the guest.</summary>
    public AbiCase ToCase(SqlValue value)
    {
        if (value.Type == SqlType.Null)
        {
            return new AbiCase(_types.Length);
        }

        var index = Array.IndexOf(_types, value.Type);
        return index < 0
            ? new AbiCase(_types.Length + 1, _hasOtherBytes ? value.Value as byte[] ?? [] : null)
            : new AbiCase(index, value.Value switch
            {
                DateOnly date => new object?[] { date.Year, (byte)date.Month, (byte)date.Day },
                TimeOnly time => FromTime(time),
                DateTime both => FromDateTime(both),
                SqlRange range => new object?[] { FromBound(range.Lower, range.LowerInclusive), FromBound(range.Upper, range.UpperInclusive) },
                SqlInterval interval => new object?[] { interval.Microseconds, interval.Days, interval.Months },
                _ => value.Value,
            });
    }

    /// <summary>A column's type for the guest.</summary>
    public object ToDataType(SqlColumn column)
    {
        var index = Array.IndexOf(_types, column.Type);
        return !_hasOtherBytes ? index < 0 ? _types.Length : index
            : index < 0 ? new AbiCase(_types.Length, column.ServerType)
            : new AbiCase(index);
    }

    private static AbiType TypeOf(SqlType type) => type switch
    {
        SqlType.Boolean => Abi.Bool,
        SqlType.Int8 => Abi.S8,
        SqlType.Int16 => Abi.S16,
        SqlType.Int32 => Abi.S32,
        SqlType.Int64 or SqlType.Timestamp => Abi.S64,
        SqlType.UInt8 => Abi.U8,
        SqlType.UInt16 => Abi.U16,
        SqlType.UInt32 => Abi.U32,
        SqlType.UInt64 => Abi.U64,
        SqlType.Float32 => Abi.F32,
        SqlType.Float64 => Abi.F64,
        SqlType.Text or SqlType.Uuid or SqlType.Decimal => Abi.Text,
        SqlType.Binary or SqlType.Json => Abi.Bytes,
        SqlType.Date => s_date,
        SqlType.Time => s_time,
        SqlType.DateTime => s_dateTime,
        SqlType.RangeInt32 => RangeOf(Abi.S32),
        SqlType.RangeInt64 => RangeOf(Abi.S64),
        SqlType.RangeDecimal => RangeOf(Abi.Text),
        SqlType.ArrayInt32 => Abi.List(Abi.Option(Abi.S32)),
        SqlType.ArrayInt64 => Abi.List(Abi.Option(Abi.S64)),
        SqlType.ArrayDecimal or SqlType.ArrayText => Abi.List(Abi.Option(Abi.Text)),
        SqlType.Interval => s_interval,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
    };

    // range-bound-kind: inclusive, exclusive.
    private static AbiType RangeOf(AbiType bound)
    {
        var one = Abi.Option(Abi.Tuple(bound, Abi.Enum(2)));
        return Abi.Tuple(one, one);
    }

    private static object?[]? FromBound(object? bound, bool isInclusive) => bound is null ? null : [bound, isInclusive ? 0 : 1];

    private static SqlRange ToRange(object?[] bounds)
    {
        var (lower, upper) = ((object?[]?)bounds[0], (object?[]?)bounds[1]);
        return new SqlRange(lower?[0], lower?[1] is 0, upper?[0], upper?[1] is 0);
    }

    private static object?[] FromTime(TimeOnly time) =>
        [(byte)time.Hour, (byte)time.Minute, (byte)time.Second, (uint)(time.Ticks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick)];

    private static object?[] FromDateTime(DateTime both) => [both.Year, (byte)both.Month, (byte)both.Day, .. FromTime(TimeOnly.FromDateTime(both))];

    private static DateOnly ToDate(object?[] fields) => new((int)fields[0]!, (byte)fields[1]!, (byte)fields[2]!);

    private static TimeOnly ToTime(object?[] fields, int at)
    {
        var time = new TimeOnly((byte)fields[at]!, (byte)fields[at + 1]!, (byte)fields[at + 2]!);
        var nanoseconds = (uint)fields[at + 3]!;
        return nanoseconds < 1_000_000_000 ? time.Add(TimeSpan.FromTicks(nanoseconds / TimeSpan.NanosecondsPerTick)) : throw new ArgumentOutOfRangeException(nameof(fields));
    }
}
