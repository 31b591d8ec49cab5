using Platform.Contracts.Api;
using Platform.Dashboard.Api;

namespace Platform.Dashboard.Parts;

/// <summary>A list of the API's, as far as it was read.</summary>
internal sealed class Listing<T>
{
    private string? _cursor;

    /// <summary>What was read; null before.</summary>
    public List<T>? Items { get; private set; }

    /// <summary>Whether there is more.</summary>
    public bool HasMore => _cursor is not null;

    /// <summary>Reads the first page, in place of what was read before.</summary>
    public Task<ApiProblem?> ReadAsync(PlatformApi api, string path, CancellationToken cancellationToken) => AddAsync(api, path, null, cancellationToken);

    /// <summary>Reads the next page.</summary>
    public Task<ApiProblem?> MoreAsync(PlatformApi api, string path, CancellationToken cancellationToken) => AddAsync(api, path, _cursor, cancellationToken);

    private async Task<ApiProblem?> AddAsync(PlatformApi api, string path, string? cursor, CancellationToken cancellationToken)
    {
        var query = cursor is null ? "limit=50" : $"limit=50&cursor={Uri.EscapeDataString(cursor)}";
        var page = await api.GetAsync<Page<T>>($"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{query}", cancellationToken);
        if (page.Value is { } found)
        {
            Items = cursor is null ? [.. found.Items] : [.. Items ?? [], .. found.Items];
            _cursor = found.Cursor;
        }

        return page.Problem;
    }
}
