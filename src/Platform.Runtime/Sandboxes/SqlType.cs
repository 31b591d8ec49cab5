namespace Platform.Runtime.Sandboxes;

/// <summary>The types that Spin's SQL interfaces tell apart, each with the .NET type of its values in <see cref="SqlValue"/>.</summary>
#pragma warning disable CA1720 // The names are those of the interfaces' types.
public enum SqlType
{
    /// <summary>No value: null.</summary>
    Null,

    /// <summary><see cref="bool"/>.</summary>
    Boolean,

    /// <summary><see cref="sbyte"/>.</summary>
    Int8,

    /// <summary><see cref="short"/>.</summary>
    Int16,

    /// <summary><see cref="int"/>.</summary>
    Int32,

    /// <summary><see cref="long"/>.</summary>
    Int64,

    /// <summary><see cref="byte"/>.</summary>
    UInt8,

    /// <summary><see cref="ushort"/>.</summary>
    UInt16,

    /// <summary><see cref="uint"/>.</summary>
    UInt32,

    /// <summary><see cref="ulong"/>.</summary>
    UInt64,

    /// <summary><see cref="float"/>.</summary>
    Float32,

    /// <summary><see cref="double"/>.</summary>
    Float64,

    /// <summary><see cref="string"/>.</summary>
    Text,

    /// <summary>An array of bytes.</summary>
    Binary,

    /// <summary><see cref="DateOnly"/>.</summary>
    Date,

    /// <summary><see cref="TimeOnly"/>.</summary>
    Time,

    /// <summary><see cref="System.DateTime"/>, without a zone or UTC.</summary>
    DateTime,

    /// <summary><see cref="long"/>: seconds since the epoch.</summary>
    Timestamp,

    /// <summary><see cref="string"/>.</summary>
    Uuid,

    /// <summary>An array of bytes: the text of a <c>jsonb</c>.</summary>
    Json,

    /// <summary><see cref="string"/> of base 10.</summary>
    Decimal,

    /// <summary><see cref="SqlRange"/> of <see cref="int"/>.</summary>
    RangeInt32,

    /// <summary><see cref="SqlRange"/> of <see cref="long"/>.</summary>
    RangeInt64,

    /// <summary><see cref="SqlRange"/> of <see cref="string"/>.</summary>
    RangeDecimal,

    /// <summary>An array of <see cref="int"/> or null.</summary>
    ArrayInt32,

    /// <summary>An array of <see cref="long"/> or null.</summary>
    ArrayInt64,

    /// <summary>An array of <see cref="string"/> or null.</summary>
    ArrayDecimal,

    /// <summary>An array of <see cref="string"/> or null.</summary>
    ArrayText,

    /// <summary><see cref="SqlInterval"/>.</summary>
    Interval,

    /// <summary>Another type of the server's: an array of bytes, as the server sent it.</summary>
    Other,
}
#pragma warning restore CA1720
