namespace Platform.Runtime.Sandboxes;

/// <summary>Thrown by the reader of a request body that turned out larger than allowed; ends the run with <see cref="SandboxOutcome.RequestBody"/>.</summary>
public sealed class RequestBodyLimitException(long limit) : Exception($"the request body is larger than {limit} bytes")
{
    /// <summary>The limit, bytes.</summary>
    public long Limit { get; } = limit;
}
