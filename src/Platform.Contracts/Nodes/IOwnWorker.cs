namespace Platform.Contracts.Nodes;

/// <summary>The worker of a platform of one process, which says nothing to a registry.</summary>
public interface IOwnWorker
{
    /// <summary>The program's version.</summary>
    string Version { get; }

    /// <summary>Requests that it runs at once.</summary>
    int Capacity { get; }

    /// <summary>Requests that it runs.</summary>
    int Running { get; }
}
