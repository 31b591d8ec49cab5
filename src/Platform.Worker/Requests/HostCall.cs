namespace Platform.Worker.Requests;

/// <summary>A host call that took time.</summary>
internal struct HostCall
{
    /// <summary>The host function, or an outgoing request's method.</summary>
    public string Name;

    /// <summary>When it began, a timestamp of the clock.</summary>
    public long Began;

    /// <summary>When it ended; 0 while it hasn't.</summary>
    public long Ended;

    /// <summary>Where an outgoing request went; null for what is none.</summary>
    public Uri? Server;

    /// <summary>What it was answered; 0 for nothing.</summary>
    public int Status;

    /// <summary>Whether it failed.</summary>
    public bool IsFailed;
}
