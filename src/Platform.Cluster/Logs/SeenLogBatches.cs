namespace Platform.Cluster.Logs;

/// <summary>
/// The last batch of each worker that this control plane has taken. A batch whose answer was lost is sent again to the same control plane as long as that one answers; when it was lost itself, so were its lines
/// that weren't stored yet.
/// </summary>
internal sealed class SeenLogBatches
{
    /// <summary>Workers remembered; those longest silent are forgotten.</summary>
    private const int MaxNodes = 10_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<(string Node, long Sequence)>> _nodes = new(StringComparer.Ordinal);
    private readonly LinkedList<(string Node, long Sequence)> _byAge = new();

    /// <summary>Whether a batch wasn't taken before; it is from now on.</summary>
    public bool IsNew(string node, long sequence)
    {
        lock (_lock)
        {
            if (_nodes.TryGetValue(node, out var known))
            {
                if (sequence <= known.Value.Sequence)
                {
                    return false;
                }

                _byAge.Remove(known);
            }
            else if (_nodes.Count >= MaxNodes)
            {
                _nodes.Remove(_byAge.First!.Value.Node);
                _byAge.RemoveFirst();
            }

            _nodes[node] = _byAge.AddLast((node, sequence));
            return true;
        }
    }
}
