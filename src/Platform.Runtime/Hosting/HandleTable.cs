namespace Platform.Runtime.Hosting;

/// <summary>
/// A request's resource handles: 1-based, typed, capped, freed ones reused last in first out. Every misuse (forged, dropped, wrong type) traps.
/// </summary>
internal sealed class HandleTable
{
    private object?[] _entries = new object?[32];
    private int _top = 1;
    private int _freeHead;
    private int _live;
    private int _cap;

    /// <summary>Forgets every handle; <paramref name="cap"/> are allowed alive at once.</summary>
    public void Reset(int cap)
    {
        _entries.AsSpan(0, _top).Clear();
        if (_entries.Length > 1024)
        {
            _entries = new object?[32];
        }

        _top = 1;
        _freeHead = 0;
        _live = 0;
        _cap = cap;
    }

    /// <summary>Makes a handle for a resource.</summary>
    /// <exception cref="GuestTrapException">At the cap.</exception>
    public uint Add(Resource resource)
    {
        if (_live >= _cap)
        {
            throw new GuestTrapException($"more than {_cap} resource handles alive");
        }

        _live++;
        int index;
        if (_freeHead != 0)
        {
            index = _freeHead;
            _freeHead = (int)_entries[index]!;
        }
        else
        {
            if (_top == _entries.Length)
            {
                Array.Resize(ref _entries, _top * 2);
            }

            index = _top++;
        }

        _entries[index] = resource;
        return (uint)index;
    }

    /// <summary>The resource of a borrowed handle.</summary>
    /// <exception cref="GuestTrapException">No such handle, or of another type.</exception>
    public T Get<T>(uint handle)
        where T : Resource
    {
        if (handle < (uint)_top && _entries[handle] is T resource)
        {
            return resource;
        }

        throw Misuse(handle, typeof(T));
    }

    /// <summary>Takes an owned handle out of the table.</summary>
    /// <exception cref="GuestTrapException">No such handle, of another type, or children are alive.</exception>
    public T Take<T>(uint handle)
        where T : Resource
    {
        var resource = Get<T>(handle);
        Remove(handle, resource);
        return resource;
    }

    /// <summary>Drops an owned handle of a type.</summary>
    /// <exception cref="GuestTrapException">No such handle, of another type, or children are alive.</exception>
    public void Drop(uint handle, Type type, RequestContext context)
    {
        if (handle >= (uint)_top || _entries[handle] is not Resource resource || !type.IsInstanceOfType(resource))
        {
            throw Misuse(handle, type);
        }

        Remove(handle, resource);
        context.ReleaseHostBytes(resource);
        resource.OnDrop(context);
    }

    private void Remove(uint handle, Resource resource)
    {
        if (resource.HasChildren)
        {
            throw new GuestTrapException($"handle {handle} ({resource.GetType().Name}) still has children");
        }

        resource.Detach();
        _entries[handle] = _freeHead;
        _freeHead = (int)handle;
        _live--;
    }

    private GuestTrapException Misuse(uint handle, Type wanted)
    {
        var there = handle < (uint)_top ? _entries[handle] : null;
        return new GuestTrapException(there is Resource resource
            ? $"handle {handle} is a {resource.GetType().Name}, not a {wanted.Name}"
            : $"handle {handle} doesn't exist (wanted a {wanted.Name})");
    }
}
