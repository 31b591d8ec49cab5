namespace Platform.Contracts.Usage;

/// <summary>Outcomes as the API and the store write them. Names never change.</summary>
public static class UsageOutcomes
{
    private static readonly string[] Names =
    [
        "ok", "2xx", "3xx", "4xx", "5xx", "trap", "no-response", "handler-error", "bad-response", "fuel-limit", "wall-limit", "body-limit", "client-gone", "capacity",
        "concurrency-limit", "rate-limit", "quota-exceeded",
    ];

    /// <summary>The outcome's name.</summary>
    public static string Format(UsageOutcome outcome) => Names[(int)outcome];

    /// <summary>The outcome of a name; null when none has it.</summary>
    public static UsageOutcome? Parse(string name) => Array.IndexOf(Names, name) is var index and >= 0 ? (UsageOutcome)index : null;

    /// <summary>Whether the app or the platform failed; a client that asked wrongly, went away or was refused by a quota is none of these.</summary>
    public static bool IsError(UsageOutcome outcome) => outcome is
        UsageOutcome.Status5xx or UsageOutcome.Trap or UsageOutcome.NoResponse or UsageOutcome.HandlerError or UsageOutcome.BadResponse or UsageOutcome.Fuel or UsageOutcome.Wall or UsageOutcome.Capacity;

    /// <summary>Whether a quota of the tenant refused it.</summary>
    public static bool IsThrottled(UsageOutcome outcome) => outcome is UsageOutcome.ConcurrencyLimit or UsageOutcome.RateLimit or UsageOutcome.QuotaExceeded;
}
