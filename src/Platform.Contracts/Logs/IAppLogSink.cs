namespace Platform.Contracts.Logs;

/// <summary>Takes log lines from workers. Never blocks and never throws; what it can't take it drops and counts.</summary>
public interface IAppLogSink
{
    /// <summary>Hands over a batch of one request's lines.</summary>
    void Write(IReadOnlyList<AppLogRecord> records);
}
