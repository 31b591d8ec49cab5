namespace Platform.Worker.Admission;

/// <content>The ring of tenants with something waiting; all of it under the lock.</content>
internal sealed partial class GuestScheduler
{
    // Under the lock: gives the permit in hand to the next in the ring. A lane whose work lacks a thread keeps its place, and the ring is searched on for a resuming one.
    private bool TryPickNext(GuestThread? current, out GuestThread thread, out bool isNew)
    {
        isNew = false;
        thread = null!;
        var last = _ringLast;
        if (last is null)
        {
            return false;
        }

        for (var previous = last; ; previous = previous.Next!)
        {
            var lane = previous.Next!;
            var isWorksTurn = lane.Work.Count > 0 && (lane.IsWorksTurn || lane.Resuming.Count == 0);
            if (isWorksTurn && (current is not null || TryTakeThread(out thread, out isNew)))
            {
                thread = current ?? thread;
                var work = lane.Work.Dequeue();
                _queued--;
                lane.IsWorksTurn = false;
                Rotate(previous, lane);
                Assign(thread, lane, work);
                return true;
            }

            if (lane.Resuming.TryDequeue(out var resuming))
            {
                thread = resuming;
                lane.IsWorksTurn = true;
                Rotate(previous, lane);
                return true;
            }

            if (lane == last)
            {
                return false;
            }
        }
    }

    private void JoinRing(TenantLane lane)
    {
        if (lane.InRing)
        {
            return;
        }

        lane.InRing = true;
        if (_ringLast is null)
        {
            lane.Next = lane;
        }
        else
        {
            lane.Next = _ringLast.Next;
            _ringLast.Next = lane;
        }

        _ringLast = lane;
    }

    // The lane had its turn: to the end of the ring, or out of it when nothing of it waits.
    private void Rotate(TenantLane previous, TenantLane lane)
    {
        if (previous == _ringLast && !lane.IsEmpty)
        {
            _ringLast = lane;
            return;
        }

        LeaveRing(previous, lane);
        if (!lane.IsEmpty)
        {
            JoinRing(lane);
        }
    }

    private void LeaveRing(TenantLane previous, TenantLane lane)
    {
        previous.Next = lane.Next;
        if (lane == _ringLast)
        {
            _ringLast = previous == lane ? null : previous;
        }

        lane.Next = null;
        lane.InRing = false;
    }
}
