using System.Globalization;

namespace Platform.Contracts.Invocation;

/// <summary>The value of <see cref="InvocationHeaders.Outcome"/>: <c>guest</c>, or what kept a guest from answering, as in <c>capacity; retry-after=1</c>.</summary>
public static class OutcomeHeader
{
    /// <summary>The guest answers: what follows is its response.</summary>
    public const string Guest = "guest";

    private const string RetryAfter = "retry-after";
    private const string ClientFault = "client-fault";

    // By number of the status; names never change.
    private static readonly string[] Names =
    [
        Guest, "stale", "capacity", "concurrency", "body-limit", "trap", "no-response", "handler-error", "bad-response", "fuel", "wall", "client-gone", "rate", "fuel-quota", "draining", "worker-lost", "quarantined",
    ];

    /// <summary>What a status is called.</summary>
    public static string NameOf(InvocationStatus status) => Names[(int)status];

    /// <summary>Writes an outcome.</summary>
    public static string Format(InvocationOutcome outcome)
    {
        var text = NameOf(outcome.Status);
        if (outcome.RetryAfterSeconds is { } seconds)
        {
            text = string.Create(CultureInfo.InvariantCulture, $"{text}; {RetryAfter}={seconds}");
        }

        return outcome.ClientFault is { } status ? string.Create(CultureInfo.InvariantCulture, $"{text}; {ClientFault}={status}") : text;
    }

    /// <summary>Reads one; null when it is none that this program knows.</summary>
    public static InvocationOutcome? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = text.Split("; ");
        var status = Array.IndexOf(Names, parts[0]);
        if (status < 0)
        {
            return null;
        }

        var outcome = new InvocationOutcome((InvocationStatus)status);
        foreach (var part in parts.AsSpan(1))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0 || !int.TryParse(part.AsSpan(equals + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                return null;
            }

            outcome = part[..equals] switch
            {
                RetryAfter => outcome with { RetryAfterSeconds = number },
                ClientFault => outcome with { ClientFault = number },
                _ => outcome,
            };
        }

        return outcome;
    }
}
