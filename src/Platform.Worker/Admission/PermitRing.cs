namespace Platform.Worker.Admission;

/// <summary>Permits of one sort, and the ring of tenants with something that waits for one: each is in it once. Owned by the scheduler's lock, but for <see cref="HasWaiting"/>.</summary>
internal sealed class PermitRing(int permits)
{
    private LaneQueue? _last;

    /// <summary>Permits that nobody holds.</summary>
    public int Free { get; private set; } = permits;

    /// <summary>The queue whose turn came last; its next is the first whose turn it is.</summary>
    public LaneQueue? Last => _last;

    /// <summary>Whether anything waits. Read without the lock, it may be a little old.</summary>
    public bool HasWaiting => Volatile.Read(ref _last) is not null;

    /// <summary>Takes a free permit, if there is one.</summary>
    public bool TryTake()
    {
        if (Free == 0)
        {
            return false;
        }

        Free--;
        return true;
    }

    /// <summary>Nobody waits for the permit.</summary>
    public void GiveBack() => Free++;

    /// <summary>Something of the queue waits: to the end of the ring, if it isn't in it.</summary>
    public void Join(LaneQueue queue)
    {
        if (queue.InRing)
        {
            return;
        }

        queue.InRing = true;
        if (_last is null)
        {
            queue.Next = queue;
        }
        else
        {
            queue.Next = _last.Next;
            _last.Next = queue;
        }

        _last = queue;
    }

    /// <summary>The queue had its turn: to the end of the ring, or out of it when nothing of it waits.</summary>
    public void Rotate(LaneQueue previous, LaneQueue queue)
    {
        if (previous == _last && !queue.IsEmpty)
        {
            _last = queue;
            return;
        }

        Leave(previous, queue);
        if (!queue.IsEmpty)
        {
            Join(queue);
        }
    }

    /// <summary>Out of the ring, wherever in it the queue is.</summary>
    public void Leave(LaneQueue queue)
    {
        var previous = queue;
        while (previous.Next != queue)
        {
            previous = previous.Next!;
        }

        Leave(previous, queue);
    }

    private void Leave(LaneQueue previous, LaneQueue queue)
    {
        previous.Next = queue.Next;
        if (queue == _last)
        {
            _last = previous == queue ? null : previous;
        }

        queue.Next = null;
        queue.InRing = false;
    }
}
