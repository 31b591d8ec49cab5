namespace Platform.Runtime.Components;

/// <summary>
/// A value type, as its flattened core types. More than <see cref="Cap"/> are never needed: a longer list is passed through memory anyway, so that a
/// hostile type that doubles at each level costs no more than any other.
/// </summary>
internal sealed class ValueType : ComponentType
{
    /// <summary><c>MAX_FLAT_PARAMS</c> and one more, to tell "over".</summary>
    public const int Cap = 17;

    private ValueType(IReadOnlyList<CoreType> flat, IEnumerable<ComponentType> parts)
    {
        Flat = flat;
        Depth = DepthOver(parts);
    }

    /// <summary>The flattened form, cut off at <see cref="Cap"/>.</summary>
    public IReadOnlyList<CoreType> Flat { get; }

    /// <summary>A type of known core form: numbers, strings, lists, handles, flags, enums.</summary>
    public static ValueType Leaf(IEnumerable<ComponentType> parts, params CoreType[] flat) => new(flat, parts);

    /// <summary>A record or tuple: its fields one after another.</summary>
    public static ValueType Record(IReadOnlyList<ValueType> fields)
    {
        var flat = new List<CoreType>();
        foreach (var field in fields)
        {
            foreach (var type in field.Flat)
            {
                if (flat.Count < Cap)
                {
                    flat.Add(type);
                }
            }
        }

        return new ValueType(flat, fields);
    }

    /// <summary>A variant: a discriminant and the join of its cases; null is a case without a payload.</summary>
    public static ValueType Variant(IReadOnlyList<ValueType?> cases)
    {
        var payload = new List<CoreType>();
        foreach (var flat in cases.OfType<ValueType>().Select(part => part.Flat))
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

        return new ValueType([CoreType.I32, .. payload], cases.OfType<ComponentType>());
    }

    // Canonical ABI, join: equal stays, the two 32-bit ones meet in i32, all else in i64.
    private static CoreType Join(CoreType a, CoreType b) =>
        a == b ? a
        : (a, b) is (CoreType.I32, CoreType.F32) or (CoreType.F32, CoreType.I32) ? CoreType.I32
        : CoreType.I64;
}
