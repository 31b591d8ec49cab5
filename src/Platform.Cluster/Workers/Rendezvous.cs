using System.IO.Hashing;
using System.Text;
using Platform.Contracts.Nodes;

namespace Platform.Cluster.Workers;

/// <summary>Highest random weight hashing (Thaler and Ravishankar, 1996): each key has an order of workers of its own, and a worker that comes or goes moves only what is its.</summary>
internal static class Rendezvous
{
    /// <summary>The workers in the key's order.</summary>
    public static IEnumerable<WorkerInfo> Order(IEnumerable<WorkerInfo> workers, string key) =>
        workers.OrderByDescending(worker => XxHash64.HashToUInt64(Encoding.UTF8.GetBytes($"{worker.Id} {key}")));
}
