using System.Text;
using System.Text.RegularExpressions;

namespace Platform.Contracts.Variables;

/// <summary>
/// Text with expressions, as values of a component's variables and its allowed hosts have them: <c>https://{{ api_host }}</c> (https://spinframework.dev/variables). An
/// expression is the name of one of the application's variables. Immutable.
/// </summary>
public sealed partial class Template
{
    // Literals at even places, names at odd ones.
    private readonly IReadOnlyList<string> _parts;

    private Template(IReadOnlyList<string> parts) => _parts = parts;

    /// <summary>The variables that it names.</summary>
    public IEnumerable<string> Names => _parts.Where(static (_, i) => i % 2 == 1);

    /// <summary>Whether a text is the name of a variable: words of lower-case letters and digits with single underscores between them, a letter first.</summary>
    public static bool IsName(string text) => text is { Length: <= 64 } && Name().IsMatch(text);

    /// <summary>Reads a template; null with the reason when it isn't one.</summary>
    public static Template? Parse(string text, out string? error)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<string> parts = [];
        error = null;
        for (var at = 0; ;)
        {
            var open = text.IndexOf("{{", at, StringComparison.Ordinal);
            var literal = open < 0 ? text[at..] : text[at..open];
            if (literal.Contains("}}", StringComparison.Ordinal))
            {
                error = "it has '}}' without '{{' before it";
                return null;
            }

            parts.Add(literal);
            if (open < 0)
            {
                return new Template(parts);
            }

            var close = text.IndexOf("}}", open, StringComparison.Ordinal);
            var name = close < 0 ? "" : text[(open + 2)..close].Trim();
            if (!IsName(name))
            {
                error = close < 0 ? "its '{{' isn't closed by '}}'" : $"'{{{{{name}}}}}' doesn't hold the name of a variable";
                return null;
            }

            parts.Add(name);
            at = close + 2;
        }
    }

    /// <summary>The text with the variables' values in place of the expressions; null when one has none.</summary>
    public string? Resolve(IReadOnlyDictionary<string, string> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var text = new StringBuilder();
        for (var i = 0; i < _parts.Count; i++)
        {
            if (i % 2 == 0)
            {
                text.Append(_parts[i]);
            }
            else if (values.TryGetValue(_parts[i], out var value))
            {
                text.Append(value);
            }
            else
            {
                return null;
            }
        }

        return text.ToString();
    }

    [GeneratedRegex(@"\A[a-z][a-z0-9]*(_[a-z0-9]+)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
