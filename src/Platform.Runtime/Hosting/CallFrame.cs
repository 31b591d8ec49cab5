namespace Platform.Runtime.Hosting;

/// <summary>A call between components, as handles see it (Canonical ABI, "Call State").</summary>
internal sealed class CallFrame
{
    private HashSet<uint>? _lent;

    /// <summary>Handles that the callee still has to drop.</summary>
    public int Borrows { get; set; }

    /// <summary>Notes that the caller lends one of its own handles.</summary>
    public void Lend(uint handle) => (_lent ??= []).Add(handle);

    /// <summary>Whether the caller lends it in this call.</summary>
    public bool IsLent(uint handle) => _lent is not null && _lent.Contains(handle);
}
