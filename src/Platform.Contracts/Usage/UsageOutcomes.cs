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
}
