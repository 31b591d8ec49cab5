namespace Platform.Contracts.Http;

/// <summary>What came of a request.</summary>
/// <param name="Status">The status; null when there was no answer.</param>
/// <param name="Body">The body, cut to what was asked for.</param>
public sealed record SafeHttpAnswer(int? Status, ReadOnlyMemory<byte> Body)
{
    /// <summary>Nobody answered, or not in time, or the address is out of bounds: it isn't said which.</summary>
    public static SafeHttpAnswer None { get; } = new(null, default);
}
