namespace Platform.Runtime.Components;

/// <summary>
/// A value type: its flattened core types and its layout in memory. More flat types than <see cref="Cap"/> are never needed: a longer list is passed through
/// memory anyway, so that a hostile type that doubles at each level costs no more than any other.
/// </summary>
internal sealed class ValueType : ComponentType
{
    /// <summary><c>MAX_FLAT_PARAMS</c> and one more, to tell "over".</summary>
    public const int Cap = 17;

    private ValueType(ValueKind kind, IReadOnlyList<ValueType?> parts, IReadOnlyList<CoreType> flat, ulong size, uint alignment)
    {
        Kind = kind;
        Parts = parts;
        Flat = flat;
        Size = (uint)Math.Min(Align(size, alignment), uint.MaxValue);
        Alignment = alignment;
        Depth = DepthOver(parts.OfType<ComponentType>());
        HasBorrow = kind == ValueKind.Borrow || parts.Any(static part => part is { HasBorrow: true });
        IsPlain = kind switch
        {
            >= ValueKind.S8 and <= ValueKind.F64 => true,
            ValueKind.Record => parts.All(static part => part!.IsPlain) && parts.Sum(static part => (long)part!.Size) == Size,
            _ => false,
        };
    }

    /// <summary>What it is.</summary>
    public ValueKind Kind { get; }

    /// <summary>Element, fields or payloads.</summary>
    public IReadOnlyList<ValueType?> Parts { get; }

    /// <summary>The flattened form, cut off at <see cref="Cap"/>.</summary>
    public IReadOnlyList<CoreType> Flat { get; }

    /// <summary>Bytes in memory; <see cref="uint.MaxValue"/> for more than a memory has.</summary>
    public uint Size { get; }

    /// <summary>Alignment in memory, bytes.</summary>
    public uint Alignment { get; }

    /// <summary>Names of flags.</summary>
    public int Names { get; private init; }

    /// <summary>The resource of a handle.</summary>
    public ResourceType? Resource { get; private init; }

    /// <summary>The index of that resource in the plan, once it is one's.</summary>
    public int ResourceIndex { get; private init; }

    /// <summary>Whether a borrowed handle is in it.</summary>
    public bool HasBorrow { get; }

    /// <summary>Whether every bit pattern of its bytes is a value, and means the same in every memory.</summary>
    public bool IsPlain { get; }

    /// <summary>Bytes of a variant's discriminant, or of flags.</summary>
    public uint HeadSize => Kind == ValueKind.Variant ? HeadOf(Parts.Count) : FlagsOf(Names);

    /// <summary>Where a variant's payload is.</summary>
    public uint PayloadOffset => (uint)Align(HeadSize, Parts.Max(static part => part?.Alignment ?? 1));

    /// <summary>A number, truth value or character.</summary>
    public static ValueType Scalar(ValueKind kind)
    {
        var (flat, size) = kind switch
        {
            ValueKind.Bool or ValueKind.S8 or ValueKind.U8 => (CoreType.I32, 1u),
            ValueKind.S16 or ValueKind.U16 => (CoreType.I32, 2u),
            ValueKind.S32 or ValueKind.U32 or ValueKind.Char => (CoreType.I32, 4u),
            ValueKind.S64 or ValueKind.U64 => (CoreType.I64, 8u),
            ValueKind.F32 => (CoreType.F32, 4u),
            ValueKind.F64 => (CoreType.F64, 8u),
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };
        return new ValueType(kind, [], [flat], size, size);
    }

    /// <summary>A string.</summary>
    public static ValueType Text() => new(ValueKind.Text, [], [CoreType.I32, CoreType.I32], 8, 4);

    /// <summary>A list.</summary>
    public static ValueType List(ValueType element) => new(ValueKind.List, [element], [CoreType.I32, CoreType.I32], 8, 4);

    /// <summary>Flags.</summary>
    public static ValueType Flags(int names) => new(ValueKind.Flags, [], [CoreType.I32], FlagsOf(names), FlagsOf(names)) { Names = names };

    /// <summary>A handle, of a component's type or with a plan's index of it.</summary>
    public static ValueType Handle(ValueKind kind, ResourceType? resource, int index = -1) =>
        new(kind, [], [CoreType.I32], 4, 4) { Resource = resource, ResourceIndex = index };

    /// <summary>A record or tuple: its fields one after another.</summary>
    public static ValueType Record(IReadOnlyList<ValueType> fields)
    {
        var flat = new List<CoreType>();
        var size = 0ul;
        var alignment = 1u;
        foreach (var field in fields)
        {
            size = Align(size, field.Alignment) + field.Size;
            alignment = Math.Max(alignment, field.Alignment);
            foreach (var type in field.Flat)
            {
                if (flat.Count < Cap)
                {
                    flat.Add(type);
                }
            }
        }

        return new ValueType(ValueKind.Record, fields, flat, size, alignment);
    }

    /// <summary>A variant: a discriminant and the join of its cases; null is a case without a payload.</summary>
    public static ValueType Variant(IReadOnlyList<ValueType?> cases)
    {
        var head = HeadOf(cases.Count);
        var aligned = cases.Max(static part => part?.Alignment ?? 1);
        return new ValueType(
            ValueKind.Variant,
            cases,
            FlattenVariant(cases.Select(static part => part?.Flat ?? [])),
            Align(head, aligned) + cases.Max(static part => part?.Size ?? 0ul),
            Math.Max(head, aligned));
    }

    /// <summary>The flattened form of a variant whose payloads have these.</summary>
    public static IReadOnlyList<CoreType> FlattenVariant(IEnumerable<IReadOnlyList<CoreType>> payloads)
    {
        var payload = new List<CoreType>();
        foreach (var flat in payloads)
        {
            for (var i = 0; i < flat.Count && i < Cap - 1; i++)
            {
                if (i < payload.Count)
                {
                    payload[i] = Join(payload[i], flat[i]);
                }
                else
                {
                    payload.Add(flat[i]);
                }
            }
        }

        return [CoreType.I32, .. payload];
    }

    /// <summary>An offset, rounded up.</summary>
    public static ulong Align(ulong offset, uint alignment) => (offset + alignment - 1) & ~(ulong)(alignment - 1);

    private static uint HeadOf(int cases) => cases <= 1 << 8 ? 1u : cases <= 1 << 16 ? 2u : 4u;

    private static uint FlagsOf(int names) => names <= 8 ? 1u : names <= 16 ? 2u : 4u;

    // Canonical ABI, join: equal stays, the two 32-bit ones meet in i32, all else in i64.
    private static CoreType Join(CoreType a, CoreType b) =>
        a == b ? a
        : (a, b) is (CoreType.I32, CoreType.F32) or (CoreType.F32, CoreType.I32) ? CoreType.I32
        : CoreType.I64;
}
