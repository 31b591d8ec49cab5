namespace Platform.Cluster.Workers;

/// <summary>How busy the worker of this process is.</summary>
public interface IWorkerLoad
{
    /// <summary>Requests that it runs.</summary>
    int Running { get; }

    /// <summary>Requests that it can run at once.</summary>
    int Capacity { get; }
}
