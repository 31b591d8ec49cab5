using System.Collections.Frozen;
using System.Globalization;

namespace Platform.Control.Domains;

/// <summary>
/// The Public Suffix List (publicsuffix.org), built into the program: names under which anybody can register, so that nobody has one. Its algorithm: the longest rule that matches, exceptions first, a single
/// label when none does.
/// </summary>
internal sealed class PublicSuffixes
{
    private readonly FrozenSet<string> _rules;
    private readonly FrozenSet<string> _wildcards;
    private readonly FrozenSet<string> _exceptions;

    private PublicSuffixes(IEnumerable<string> lines)
    {
        var idn = new IdnMapping();
        HashSet<string> rules = [], wildcards = [], exceptions = [];
        foreach (var line in lines)
        {
            // A rule ends at white space; comments begin with slashes.
            var rule = line.Split(' ', '\t')[0];
            if (rule.Length == 0 || rule.StartsWith("//", StringComparison.Ordinal))
            {
                continue;
            }

            var (set, name) = rule switch
            {
                ['!', .. var rest] => (exceptions, rest),
                ['*', '.', .. var rest] => (wildcards, rest),
                _ => (rules, rule),
            };
            set.Add(idn.GetAscii(name));
        }

        _rules = rules.ToFrozenSet(StringComparer.Ordinal);
        _wildcards = wildcards.ToFrozenSet(StringComparer.Ordinal);
        _exceptions = exceptions.ToFrozenSet(StringComparer.Ordinal);
    }

    /// <summary>Reads the list of the program.</summary>
    public static PublicSuffixes Load()
    {
        using var reader = new StreamReader(typeof(PublicSuffixes).Assembly.GetManifestResourceStream("public_suffix_list.dat")
            ?? throw new InvalidOperationException("The Public Suffix List isn't in the program."));
        return new PublicSuffixes(reader.ReadToEnd().Split('\n', StringSplitOptions.TrimEntries));
    }

    /// <summary>Whether a name, as A-labels in lower case, is a public suffix itself.</summary>
    public bool Contains(string name)
    {
        if (_exceptions.Contains(name))
        {
            return false;
        }

        var dot = name.IndexOf('.', StringComparison.Ordinal);
        return dot < 0 || _rules.Contains(name) || _wildcards.Contains(name[(dot + 1)..]);
    }
}
