namespace Platform.Control.Versions;

/// <summary>How many bytes an archive may still inflate to.</summary>
internal sealed class InflatedBudget(long bytes)
{
    private long _left = bytes;

    /// <summary>Counts bytes that were read.</summary>
    /// <exception cref="InflatedTooLargeException">Over the limit.</exception>
    public void Spend(int bytes)
    {
        _left -= bytes;
        if (_left < 0)
        {
            throw new InflatedTooLargeException();
        }
    }
}
