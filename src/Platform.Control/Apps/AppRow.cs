namespace Platform.Control.Apps;

/// <summary>An app as stored. A class, since Dapper maps a null into a record's constructor only when it knows the column's type.</summary>
internal sealed class AppRow
{
    public required long Id { get; init; }

    public required string Name { get; init; }

    public long? Live { get; init; }

    public required long CreatedAt { get; init; }

    public long? DeletedAt { get; init; }
}
