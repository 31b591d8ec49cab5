namespace Platform.Worker.Admission;

/// <content>Which threads there are, and who may have one; all of it under the lock.</content>
internal sealed partial class GuestScheduler
{
    private void Assign(GuestThread thread, TenantLane lane, GuestWork work)
    {
        _running++;
        lane.Threads++;
        thread.Hand(work, lane);
    }

    private bool MayHaveThread(TenantLane lane) => lane.Threads == 0 || _running < _maxThreads - (_maxThreads / Reserved);

    private bool TryTakeThread(TenantLane lane, out GuestThread thread, out bool isNew)
    {
        isNew = false;
        thread = null!;
        if (!MayHaveThread(lane))
        {
            return false;
        }

        if (_idle.TryPop(out thread!))
        {
            return true;
        }

        if (_threads.Count < _maxThreads)
        {
            thread = new GuestThread(this, _numbers.TryPop(out var number) ? number : _threads.Count);
            _threads.Add(thread);
            isNew = true;
            return true;
        }

        return false;
    }

    private void PushIdle(GuestThread thread)
    {
        thread.Hand(null, null);
        _idle.Push(thread);
    }

    // What waited for threads alone, as far as there are some now.
    private List<Turn>? BeginWaiting()
    {
        List<Turn>? turns = null;
        while (_short.HasWaiting && _short.TryTake() && PassOn(_short) is { } turn)
        {
            (turns ??= []).Add(turn);
        }

        return turns;
    }

    private void Ended(GuestThread thread)
    {
        _running--;
        thread.Lane!.Threads--;
        if (_stopping && _running == 0 && _queued == 0)
        {
            _drained?.TrySetResult();
        }
    }

    // The threads that are have the numbers from 0 on, but for those that are free again.
    private void Forget(GuestThread thread)
    {
        _threads.Remove(thread);
        _numbers.Push(thread.Number);
    }
}
