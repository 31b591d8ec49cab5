using Platform.Contracts.Logs;

namespace Platform.Worker.Tests.Fakes;

internal sealed class CollectingLogSink : IAppLogSink
{
    private readonly List<IReadOnlyList<AppLogRecord>> _batches = [];

    public IReadOnlyList<IReadOnlyList<AppLogRecord>> Batches
    {
        get
        {
            lock (_batches)
            {
                return [.. _batches];
            }
        }
    }

    public IReadOnlyList<AppLogRecord> Records => [.. Batches.SelectMany(static batch => batch)];

    public void Write(IReadOnlyList<AppLogRecord> records)
    {
        lock (_batches)
        {
            _batches.Add(records);
        }
    }
}
