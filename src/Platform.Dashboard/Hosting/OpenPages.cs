using Platform.Contracts.Api;

namespace Platform.Dashboard.Hosting;

/// <summary>How many pages each visitor has open: a connection each, and a circuit on it at most. Thread-safe.</summary>
internal sealed class OpenPages
{
    /// <summary>The most of one visitor's in this process: a page costs it some hundred kilobytes.</summary>
    public const int Most = 30;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _open = [];

    /// <summary>Whom a visitor's pages count for: of tokens, of which a tenant may make any number, the tenant.</summary>
    public static string OwnerOf(MeResource visitor) =>
        visitor.Id.StartsWith("token:", StringComparison.Ordinal) && visitor.Tenants is [var only] ? $"tenant:{only.Tenant}" : visitor.Id;

    /// <summary>Whether a visitor has as many as they may have.</summary>
    public bool IsFull(string visitor)
    {
        lock (_lock)
        {
            return _open.GetValueOrDefault(visitor) >= Most;
        }
    }

    /// <summary>Counts one more; false when a visitor has as many as they may have.</summary>
    public bool TryOpen(string visitor)
    {
        lock (_lock)
        {
            var open = _open.GetValueOrDefault(visitor);
            if (open >= Most)
            {
                return false;
            }

            _open[visitor] = open + 1;
            return true;
        }
    }

    /// <summary>Counts one less.</summary>
    public void Close(string visitor)
    {
        lock (_lock)
        {
            if (--_open[visitor] == 0)
            {
                _open.Remove(visitor);
            }
        }
    }
}
