namespace Platform.Control.Domains;

/// <summary>Asks the DNS for TXT records.</summary>
internal interface ITxtLookup
{
    /// <summary>The records' texts, none when the name has no such records or isn't there; null when the DNS didn't say.</summary>
    Task<IReadOnlyList<string>?> FindAsync(string name, CancellationToken cancellationToken);
}
