namespace Platform.Runtime.Components;

/// <summary>What a <see cref="ValueType"/> is; tuples are records, and enums, options and results are variants (Canonical ABI, "Despecialization").</summary>
internal enum ValueKind
{
    /// <summary>Truth value: a byte.</summary>
    Bool,

    /// <summary>Signed, 8 bits.</summary>
    S8,

    /// <summary>Unsigned, 8 bits.</summary>
    U8,

    /// <summary>Signed, 16 bits.</summary>
    S16,

    /// <summary>Unsigned, 16 bits.</summary>
    U16,

    /// <summary>Signed, 32 bits.</summary>
    S32,

    /// <summary>Unsigned, 32 bits.</summary>
    U32,

    /// <summary>Signed, 64 bits.</summary>
    S64,

    /// <summary>Unsigned, 64 bits.</summary>
    U64,

    /// <summary>Float, 32 bits.</summary>
    F32,

    /// <summary>Float, 64 bits.</summary>
    F64,

    /// <summary>A Unicode scalar value.</summary>
    Char,

    /// <summary>A string.</summary>
    Text,

    /// <summary>A list; its one part is the element.</summary>
    List,

    /// <summary>A record or tuple; its parts are the fields.</summary>
    Record,

    /// <summary>A variant, enum, option or result; its parts are the payloads, null for a case without one.</summary>
    Variant,

    /// <summary>Flags, at most 32.</summary>
    Flags,

    /// <summary>A handle that is passed for good.</summary>
    Own,

    /// <summary>A handle that is lent for the call.</summary>
    Borrow,
}
