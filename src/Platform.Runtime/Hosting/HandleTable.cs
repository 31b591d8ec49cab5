namespace Platform.Runtime.Hosting;

/// <summary>
/// The resource handles of a component instance in a request: 1-based, typed, capped, freed ones reused last in first out. Every misuse (forged, dropped, wrong type) traps.
/// </summary>
internal sealed class HandleTable(HandleQuota quota)
{
    private object?[] _entries = new object?[32];
    private int _top = 1;
    private int _freeHead;

    /// <summary>Forgets every handle.</summary>
    public void Reset()
    {
        _entries.AsSpan(0, _top).Clear();
        if (_entries.Length > 1024)
        {
            _entries = new object?[32];
        }

        _top = 1;
        _freeHead = 0;
    }

    /// <summary>Makes a handle for a resource.</summary>
    /// <exception cref="GuestTrapException">At the cap.</exception>
    public uint Add(Resource resource) => Put(resource);

    /// <summary>Makes a handle for a resource that is lent.</summary>
    /// <exception cref="GuestTrapException">At the cap.</exception>
    public uint AddBorrowed(Resource resource, CallFrame frame)
    {
        frame.Borrows++;
        return Put(new BorrowedHandle(resource, frame));
    }

    private uint Put(object entry)
    {
        quota.Take();
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

        _entries[index] = entry;
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

        return Borrowed(handle)?.Resource as T ?? throw Misuse(handle, typeof(T).Name);
    }

    /// <summary>A resource of a type, whether the handle is owned or lent.</summary>
    /// <exception cref="GuestTrapException">No such handle, or of another type.</exception>
    public Resource Get(uint handle, ResourceKind kind)
    {
        var resource = Get<Resource>(handle);
        return kind.Matches(resource) ? resource : throw Misuse(handle, kind.Name);
    }

    /// <summary>The resource of a handle that is lent to another component for a call.</summary>
    /// <exception cref="GuestTrapException">No such handle, or of another type.</exception>
    public Resource Lend(uint handle, ResourceKind kind, CallFrame frame)
    {
        frame.Lend(handle);
        return Get(handle, kind);
    }

    /// <summary>Takes an owned handle out for another component's table; what depends on it stays.</summary>
    /// <exception cref="GuestTrapException">No such handle, of another type, or lent in the same call.</exception>
    public Resource Move(uint handle, ResourceKind kind, CallFrame frame)
    {
        if (frame.IsLent(handle))
        {
            throw new GuestTrapException($"handle {handle} is passed for good and lent in one call");
        }

        var resource = Owned(handle, kind);
        Free(handle);
        return resource;
    }

    /// <summary>Takes an owned handle out of the table.</summary>
    /// <exception cref="GuestTrapException">No such handle, of another type, or children are alive.</exception>
    public T Take<T>(uint handle)
        where T : Resource
    {
        if (handle >= (uint)_top || _entries[handle] is not T resource)
        {
            throw Misuse(handle, typeof(T).Name);
        }

        Remove(handle, resource);
        return resource;
    }

    /// <summary>Drops a handle of a type.</summary>
    /// <returns>The resource that is gone with it; null when it was lent.</returns>
    /// <exception cref="GuestTrapException">No such handle, of another type, or children are alive.</exception>
    public Resource? Drop(uint handle, ResourceKind kind, RequestContext context)
    {
        if (Borrowed(handle) is { } borrowed && kind.Matches(borrowed.Resource))
        {
            borrowed.Frame.Borrows--;
            Free(handle);
            return null;
        }

        var resource = Owned(handle, kind);
        Remove(handle, resource);
        context.ReleaseHostBytes(resource);
        resource.OnDrop(context);
        return resource;
    }

    private BorrowedHandle? Borrowed(uint handle) => handle < (uint)_top ? _entries[handle] as BorrowedHandle : null;

    private Resource Owned(uint handle, ResourceKind kind) =>
        handle < (uint)_top && _entries[handle] is Resource resource && kind.Matches(resource) ? resource : throw Misuse(handle, kind.Name);

    private void Remove(uint handle, Resource resource)
    {
        if (resource.HasChildren)
        {
            throw new GuestTrapException($"handle {handle} ({resource.GetType().Name}) still has children");
        }

        resource.Detach();
        Free(handle);
    }

    private void Free(uint handle)
    {
        _entries[handle] = _freeHead;
        _freeHead = (int)handle;
        quota.Return();
    }

    private GuestTrapException Misuse(uint handle, string wanted)
    {
        var there = handle < (uint)_top ? _entries[handle] : null;
        return new GuestTrapException(there is Resource resource
            ? $"handle {handle} is a {(resource is GuestResource guest ? guest.Kind.Name : resource.GetType().Name)}, not a {wanted}"
            : there is BorrowedHandle ? $"handle {handle} is lent (wanted a {wanted} to own)"
            : $"handle {handle} doesn't exist (wanted a {wanted})");
    }
}
