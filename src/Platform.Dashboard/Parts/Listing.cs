using Platform.Contracts.Api;
using Platform.Dashboard.Api;

namespace Platform.Dashboard.Parts;

/// <summary>A list of the API's, as far as it was read.</summary>
public abstract class Listing
{
    /// <summary>The most items that a page has: each is held by its circuit.</summary>
    public const int Most = 1000;

    /// <summary>Whether there is more to be read.</summary>
    public bool HasMore => Cursor is not null && Count < Most;

    /// <summary>Whether there is more than a page has.</summary>
    public bool IsFull => Cursor is not null && Count >= Most;

    /// <summary>Whether only a part was asked for, by a query.</summary>
    public bool IsSearch => Path.Contains('?', StringComparison.Ordinal);

    /// <summary>Where it is in the API, with the query that it was read by.</summary>
    private protected string Path { get; set; } = "";

    /// <summary>Where the next page begins; null after the last one.</summary>
    private protected string? Cursor { get; set; }

    /// <summary>How many items were read.</summary>
    private protected abstract int Count { get; }
}

/// <summary>A list of the API's, as far as it was read. However its pages shift while they are read, an item is in it once.</summary>
/// <param name="keyOf">Tells items apart.</param>
/// <param name="pageSize">How many are read at once.</param>
internal sealed class Listing<T>(Func<T, object> keyOf, int pageSize = 50) : Listing
{
    private ApiProblem? _problem;
    private bool _isReading;

    // Which reading is the last one that began: an earlier one's answer comes too late.
    private int _round;

    /// <summary>What was read; null before.</summary>
    public IReadOnlyList<T>? Items { get; private set; }

    private protected override int Count => Items?.Count ?? 0;

    /// <summary>Reads the first page, in place of what was read before.</summary>
    public Task<ApiProblem?> ReadAsync(PlatformApi api, string path, CancellationToken cancellationToken)
    {
        if (path != Path)
        {
            // What was read of another list must not be taken for this one's, nor go on from there, when it can't be read.
            (Items, Cursor) = (null, null);
        }

        Path = path;
        return AddAsync(api, null, cancellationToken);
    }

    /// <summary>Reads the next page of the same; nothing while one is read already.</summary>
    public Task<ApiProblem?> MoreAsync(PlatformApi api, CancellationToken cancellationToken) =>
        _isReading || !HasMore ? Task.FromResult(_problem) : AddAsync(api, Cursor, cancellationToken);

    private async Task<ApiProblem?> AddAsync(PlatformApi api, string? cursor, CancellationToken cancellationToken)
    {
        var round = ++_round;
        _isReading = true;
        try
        {
            var query = $"limit={pageSize}{(cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}";
            var page = await api.GetAsync<Page<T>>($"{Path}{(IsSearch ? '&' : '?')}{query}", cancellationToken);
            if (round == _round)
            {
                _problem = page.Problem;
                if (page.Value is { } found)
                {
                    IEnumerable<T> before = cursor is null ? [] : Items ?? [];
                    Items = [.. before.Concat(found.Items).DistinctBy(keyOf).Take(Most)];
                    Cursor = found.Cursor;
                }
            }

            return _problem;
        }
        finally
        {
            if (round == _round)
            {
                _isReading = false;
            }
        }
    }
}
