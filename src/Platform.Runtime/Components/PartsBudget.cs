namespace Platform.Runtime.Components;

/// <summary>
/// What reading one upload may cost: bounds the planner's memory and time whatever the binary makes it read again (nested components that are instantiated many
/// times, types that stand for other types).
/// </summary>
/// <param name="length">Length of the upload, bytes.</param>
internal sealed class PartsBudget(int length)
{
    /// <summary>Entries of component sections, evaluated. Real components have some thousands.</summary>
    public const int MaxItems = 500_000;

    /// <summary>Types, functions, imports and exports of all core modules. StarlingMonkey has 16,000; each costs up to about 100 bytes here.</summary>
    public const int MaxCoreParts = 1_000_000;

    /// <summary>How deep component instantiations and instance types may lead into one another, which recursion follows.</summary>
    public const int MaxDepth = 32;

    // Every byte once, and as much again as any toolchain's types are: JavaScript components have 60 KiB of them.
    private const int MaxReread = 16 << 20;

    private int _items;
    private int _coreParts;
    private long _bytes;
    private int _depth;

    /// <summary>An entry of a component's section.</summary>
    public void Item()
    {
        if (++_items > MaxItems)
        {
            throw new HandlerRefusedException(HandlerRefusal.TooLarge, $"the component has more than {MaxItems} parts");
        }
    }

    /// <summary>Entries of a core module's sections.</summary>
    public void CoreParts(int count)
    {
        _coreParts += count;
        if (_coreParts > MaxCoreParts)
        {
            throw new HandlerRefusedException(HandlerRefusal.TooLarge, $"the core modules have more than {MaxCoreParts} types, functions, imports and exports");
        }
    }

    /// <summary>Bytes of component sections that were read.</summary>
    public void Read(int bytes)
    {
        _bytes += bytes;
        if (_bytes > length + (long)MaxReread)
        {
            throw new HandlerRefusedException(HandlerRefusal.TooLarge, "the component makes its nested components and types be read again and again");
        }
    }

    /// <summary>Goes a level deeper.</summary>
    public void Enter()
    {
        if (++_depth > MaxDepth)
        {
            throw new HandlerRefusedException(HandlerRefusal.TooLarge, $"components or types that lead into one another deeper than {MaxDepth}");
        }
    }

    /// <summary>Comes back.</summary>
    public void Leave() => _depth--;
}
