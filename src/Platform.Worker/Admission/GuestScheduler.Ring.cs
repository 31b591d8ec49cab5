namespace Platform.Worker.Admission;

/// <content>Whose turn it is; all of it under the lock.</content>
internal sealed partial class GuestScheduler
{
    // Gives the permit in hand to the next in its ring. A lane whose work lacks a thread keeps its place, and the ring is searched on for a resuming one.
    private bool TryPickNext(PermitRing ring, GuestThread? current, out GuestThread thread, out bool isNew)
    {
        isNew = false;
        thread = null!;
        var last = ring.Last;
        if (last is null)
        {
            return false;
        }

        for (var previous = last; ; previous = previous.Next!)
        {
            var queue = previous.Next!;
            var isWorksTurn = queue.Work.Count > 0 && (queue.IsWorksTurn || queue.Resuming.Count == 0);
            if (isWorksTurn && (current is null ? TryTakeThread(queue.Lane, out thread, out isNew) : MayHaveThread(queue.Lane)))
            {
                thread = current ?? thread;
                var work = queue.Work.Dequeue();
                _queued--;
                queue.IsWorksTurn = false;
                ring.Rotate(previous, queue);
                Assign(thread, queue.Lane, work);
                return true;
            }

            if (queue.Resuming.TryDequeue(out var resuming))
            {
                thread = resuming;
                queue.IsWorksTurn = true;
                ring.Rotate(previous, queue);
                return true;
            }

            if (queue == last)
            {
                return false;
            }
        }
    }

    // A permit in hand goes to whoever is next; null when nobody is, and it is free then.
    private Turn? PassOn(PermitRing ring)
    {
        if (TryPickNext(ring, null, out var thread, out var isNew))
        {
            return new Turn(thread, isNew);
        }

        ring.GiveBack();
        return null;
    }

    private PermitRing RingOf(GuestThread thread) => thread.IsLong ? _long : _short;

    private void Wait(GuestThread thread)
    {
        var queue = thread.IsLong ? thread.Lane!.Long : thread.Lane!.Short;
        queue.Resuming.Enqueue(thread);
        RingOf(thread).Join(queue);
    }

    // A thread that holds a permit now, and is to be woken outside of the lock.
    private readonly record struct Turn(GuestThread Thread, bool IsNew);
}
