using System.Buffers;

namespace Platform.Contracts.Naming;

/// <summary>
/// Names of tenants and apps: 3 to 24 of <c>a-z0-9-</c>, no double hyphen, none at either end, so that <c>{app}--v{N}--{tenant}</c> splits in one way only and
/// fits a DNS label's 63 octets (RFC 1035 section 2.3.4).
/// </summary>
public static class Slug
{
    /// <summary>The least characters.</summary>
    public const int MinLength = 3;

    /// <summary>The most characters.</summary>
    public const int MaxLength = 24;

    private static readonly SearchValues<char> Allowed = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    /// <summary>Whether it is one.</summary>
    public static bool IsValid(ReadOnlySpan<char> value) => ErrorOf(value) is null;

    /// <summary>What is wrong with it, to follow the name of what it names ("The app's name …"); null when nothing is.</summary>
    public static string? ErrorOf(ReadOnlySpan<char> value)
    {
        if (value.Length is < MinLength or > MaxLength)
        {
            return $"must have {MinLength} to {MaxLength} characters";
        }

        if (value.ContainsAnyExcept(Allowed))
        {
            return "may hold a-z, 0-9 and hyphens only";
        }

        if (value[0] == '-' || value[^1] == '-')
        {
            return "must not begin or end with a hyphen";
        }

        return value.Contains("--", StringComparison.Ordinal) ? "must not hold two hyphens in a row" : null;
    }
}
