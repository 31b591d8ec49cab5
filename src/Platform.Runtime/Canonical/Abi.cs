using Platform.Runtime.Components;
using Platform.Runtime.Hosting;

namespace Platform.Runtime.Canonical;

/// <summary>The types of WIT, to write signatures with.</summary>
internal static class Abi
{
    /// <summary><c>bool</c>.</summary>
    public static readonly AbiType Bool = new AbiNumber<bool>(CoreType.I32, static bits => bits != 0, static value => value ? 1UL : 0);

    /// <summary><c>u8</c>.</summary>
    public static readonly AbiType U8 = new AbiNumber<byte>(CoreType.I32, static bits => (byte)bits, static value => value);

    /// <summary><c>s8</c>.</summary>
    public static readonly AbiType S8 = new AbiNumber<sbyte>(CoreType.I32, static bits => (sbyte)bits, static value => (uint)value);

    /// <summary><c>u16</c>.</summary>
    public static readonly AbiType U16 = new AbiNumber<ushort>(CoreType.I32, static bits => (ushort)bits, static value => value);

    /// <summary><c>s16</c>.</summary>
    public static readonly AbiType S16 = new AbiNumber<short>(CoreType.I32, static bits => (short)bits, static value => (uint)value);

    /// <summary><c>u32</c>.</summary>
    public static readonly AbiType U32 = new AbiNumber<uint>(CoreType.I32, static bits => (uint)bits, static value => value);

    /// <summary><c>s32</c>.</summary>
    public static readonly AbiType S32 = new AbiNumber<int>(CoreType.I32, static bits => (int)bits, static value => (uint)value);

    /// <summary><c>u64</c>.</summary>
    public static readonly AbiType U64 = new AbiNumber<ulong>(CoreType.I64, static bits => bits, static value => value);

    /// <summary><c>s64</c>.</summary>
    public static readonly AbiType S64 = new AbiNumber<long>(CoreType.I64, static bits => (long)bits, static value => (ulong)value);

    /// <summary><c>f32</c>.</summary>
    public static readonly AbiType F32 =
        new AbiNumber<float>(CoreType.F32, static bits => BitConverter.UInt32BitsToSingle((uint)bits), static value => BitConverter.SingleToUInt32Bits(value));

    /// <summary><c>f64</c>.</summary>
    public static readonly AbiType F64 = new AbiNumber<double>(CoreType.F64, BitConverter.UInt64BitsToDouble, BitConverter.DoubleToUInt64Bits);

    /// <summary><c>string</c>.</summary>
    public static readonly AbiType Text = new AbiText();

    /// <summary><c>list&lt;u8&gt;</c>.</summary>
    public static readonly AbiType Bytes = new AbiBytes();

    /// <summary><c>list</c>; of bytes it is <see cref="Bytes"/>.</summary>
    public static AbiType List(AbiType element) => new AbiList(element);

    /// <summary><c>tuple</c>, and <c>record</c> by the order of its fields.</summary>
    public static AbiType Tuple(params AbiType[] fields) => new AbiTuple(fields);

    /// <summary><c>variant</c>; null is a case without a payload.</summary>
    public static AbiType Variant(params AbiType?[] cases) => new AbiVariant(cases);

    /// <summary><c>enum</c>.</summary>
    public static AbiType Enum(int cases) => new AbiEnum(cases);

    /// <summary><c>option</c>.</summary>
    public static AbiType Option(AbiType some) => new AbiOption(some);

    /// <summary><c>result</c>; null is <c>_</c>.</summary>
    public static AbiType Result(AbiType? ok, AbiType? error) => new AbiVariant([ok, error]);

    /// <summary><c>own</c>.</summary>
    public static AbiType Own<T>()
        where T : Resource => new AbiHandle<T>(isOwned: true);

    /// <summary><c>borrow</c>.</summary>
    public static AbiType Borrow<T>()
        where T : Resource => new AbiHandle<T>(isOwned: false);
}
