namespace Platform.Worker.Admission;

/// <summary>What of one tenant waits for permits of one sort: its place in that <see cref="PermitRing"/>. Owned by the scheduler's lock.</summary>
internal sealed class LaneQueue(TenantLane lane)
{
    /// <summary>Whose it is.</summary>
    public TenantLane Lane => lane;

    /// <summary>The next in the ring.</summary>
    public LaneQueue? Next { get; set; }

    /// <summary>Whether it is in the ring.</summary>
    public bool InRing { get; set; }

    /// <summary>Work that waits to begin.</summary>
    public Queue<GuestWork> Work { get; } = new();

    /// <summary>Guests whose wait is over, and that wait for a permit to go on.</summary>
    public Queue<GuestThread> Resuming { get; } = new();

    /// <summary>Whether new work goes before a guest that resumes: they take turns, so that a tenant's spinning guests don't keep its other requests out.</summary>
    public bool IsWorksTurn { get; set; }

    public bool IsEmpty => Work.Count == 0 && Resuming.Count == 0;
}
