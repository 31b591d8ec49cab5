using System.Text.RegularExpressions;

namespace Platform.Control.Access;

/// <summary>Names of tenants and apps: 3–24 of <c>a-z0-9-</c>, no double hyphen, none at either end (design section 5).</summary>
internal static partial class Slug
{
    public static bool IsValid(string value) => value.Length is >= 3 and <= 24 && Pattern().IsMatch(value);

    [GeneratedRegex(@"\A[a-z0-9]+(-[a-z0-9]+)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
