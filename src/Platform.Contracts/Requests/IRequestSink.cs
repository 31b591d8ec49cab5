namespace Platform.Contracts.Requests;

/// <summary>Takes the records of requests from workers. Never blocks and never throws; what it can't take it drops and counts.</summary>
public interface IRequestSink
{
    /// <summary>Hands over a record.</summary>
    void Write(RequestRecord record);
}
