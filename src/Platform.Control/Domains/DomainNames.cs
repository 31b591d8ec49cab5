using System.Buffers;
using System.Globalization;
using System.Net;

namespace Platform.Control.Domains;

/// <summary>Which names a tenant may claim, and how they are written.</summary>
internal sealed class DomainNames
{
    private const int MaxLength = 253;
    private const int MaxLabelLength = 63;

    // What is asked for in front of it has to be a name too.
    private const int MaxClaimLength = MaxLength - 20;

    private static readonly SearchValues<char> s_label = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    // RFC 6761 and its successors (IANA's special-use names), ICANN's "internal", and what home routers use: no public DNS answers for them.
    private static readonly string[] s_special = ["localhost", "local", "test", "invalid", "example", "onion", "alt", "arpa", "internal", "home", "lan", "corp", "localdomain"];

    private readonly PublicSuffixes _suffixes = PublicSuffixes.Load();
    private readonly string[] _own;

    public DomainNames(ControlOptions options) =>
        _own = [.. new[] { options.BaseDomain, options.AppsDomain, options.PublicUrl?.IdnHost }.OfType<string>().Select(static name => name.TrimEnd('.').ToLowerInvariant()).Distinct()];

    /// <summary>The name as A-labels in lower case without final dot; null when it is none.</summary>
    public static string? Normalize(string text)
    {
        if (text.Length is 0 or > MaxLength)
        {
            return null;
        }

        string name;
        try
        {
            name = new IdnMapping { UseStd3AsciiRules = true }.GetAscii(text.ToLowerInvariant());
        }
        catch (ArgumentException)
        {
            return null;
        }

        name = name is [.. var rest, '.'] ? rest : name;
        return name.Length is > 0 and <= MaxClaimLength && name.Split('.').All(static label => IsLabel(label)) ? name : null;
    }

    /// <summary>Why a normalized name can't be claimed; null when it can.</summary>
    public string? Refusal(string name)
    {
        // A last label of digits: what resolvers read as an address, in whatever notation.
        var last = name[(name.LastIndexOf('.') + 1)..];
        if (IPAddress.TryParse(name, out _) || last.All(char.IsAsciiDigit))
        {
            return "An IP address is no domain.";
        }

        foreach (var own in _own)
        {
            if (name == own || name.EndsWith("." + own, StringComparison.Ordinal))
            {
                return $"'{name}' is under the platform's own domain '{own}'.";
            }
        }

        if (s_special.Contains(last, StringComparer.Ordinal))
        {
            return $"Names under '{last}' aren't in the public DNS.";
        }

        return _suffixes.Contains(name) ? $"'{name}' is a public suffix: others register names under it. Claim a name that is yours." : null;
    }

    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= MaxLabelLength && !label.AsSpan().ContainsAnyExcept(s_label) && label[0] != '-' && label[^1] != '-';
}
