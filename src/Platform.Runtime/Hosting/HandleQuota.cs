namespace Platform.Runtime.Hosting;

/// <summary>How many handles, or file descriptors, a request has alive, in all its tables.</summary>
internal sealed class HandleQuota
{
    private int _live;
    private int _cap;

    /// <summary>Begins a request that may have so many.</summary>
    public void Reset(int cap)
    {
        _live = 0;
        _cap = cap;
    }

    /// <summary>Counts one.</summary>
    /// <exception cref="GuestTrapException">At the cap.</exception>
    public void Take()
    {
        if (!TryTake())
        {
            throw new GuestTrapException($"more than {_cap} resource handles alive");
        }
    }

    /// <summary>Counts one; false at the cap.</summary>
    public bool TryTake()
    {
        if (_live >= _cap)
        {
            return false;
        }

        _live++;
        return true;
    }

    /// <summary>One is gone.</summary>
    public void Return() => _live--;
}
