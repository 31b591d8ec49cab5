using System.Collections.Concurrent;
using Platform.Contracts.Requests;

namespace Platform.Worker.Tests.Fakes;

internal sealed class CollectingRequestSink : IRequestSink
{
    private readonly ConcurrentQueue<RequestRecord> _records = new();

    public IReadOnlyList<RequestRecord> Records => [.. _records];

    public void Write(RequestRecord record) => _records.Enqueue(record);
}
