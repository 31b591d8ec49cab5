using System.Text.Json;
using Platform.Contracts.Api;
using Platform.Contracts.Versions;

namespace Platform.Control.Versions;

/// <summary>A version as stored.</summary>
internal sealed class VersionRow
{
    public required long Number { get; init; }

    /// <summary>The app's live version when this was read.</summary>
    public long? Live { get; init; }

    /// <summary>The app's column <c>traffic</c> when this was read.</summary>
    public string? Traffic { get; init; }

    public required string State { get; init; }

    public string? Reason { get; init; }

    public string? Message { get; init; }

    public long? RemovedAt { get; init; }

    /// <summary>The column <c>widened</c>.</summary>
    public string? Widened { get; init; }

    public string? ApprovedBy { get; init; }

    public required string Document { get; init; }

    public required long CreatedAt { get; init; }

    public required string CreatedBy { get; init; }

    public VersionDocument Read() => VersionDocumentJson.Deserialize(Document);

    /// <summary>What of it an owner has yet to approve; null when it awaits nothing.</summary>
    public IReadOnlyList<string>? Awaits() => Widened is null || ApprovedBy is not null || RemovedAt is not null ? null : ReadWidened(Widened);

    /// <summary>Reads the column <c>widened</c>.</summary>
    public static IReadOnlyList<string> ReadWidened(string widened) => JsonSerializer.Deserialize<string[]>(widened)!;

    public VersionState ToState() => RemovedAt is not null ? VersionState.Removed : State switch
    {
        VersionStates.Compiling => VersionState.Compiling,
        VersionStates.Ready => VersionState.Ready,
        VersionStates.Failed => VersionState.Failed,
        _ => throw new InvalidDataException($"The store holds a version in the unknown state '{State}'."),
    };
}
