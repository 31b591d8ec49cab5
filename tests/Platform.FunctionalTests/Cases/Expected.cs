using System.Globalization;
using System.Text.RegularExpressions;

namespace Platform.FunctionalTests.Cases;

/// <summary>A response as a case expects it: a status, header fields among those that come, and the body. <c>*</c> in a value or a line of the body stands for anything.</summary>
internal sealed record Expected(int Status, IReadOnlyList<(string Name, string Value)> Fields, string Body)
{
    public static Expected Parse(string text)
    {
        var (head, body) = Case.Split(text);
        return new Expected(
            int.Parse(head[0], CultureInfo.InvariantCulture),
            [.. head.Skip(1).Select(static line => (line[..line.IndexOf(':', StringComparison.Ordinal)], line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()))],
            body);
    }

    public async Task CheckAsync(HttpResponseMessage response)
    {
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(Status == (int)response.StatusCode, $"expected {Status}, got {(int)response.StatusCode}: {body}");
        foreach (var (name, value) in Fields)
        {
            var values = response.Headers.TryGetValues(name, out var found) || response.Content.Headers.TryGetValues(name, out found) ? string.Join(", ", found) : "(absent)";
            Assert.True(Matches(value, values), $"{name}: expected {value}, got {values}");
        }

        Assert.True(Matches(TrimEnd(Body), TrimEnd(body)), $"expected the body\n{Body}\ngot\n{body}");
    }

    private static string TrimEnd(string text) => text.EndsWith('\n') ? text[..^1] : text;

    private static bool Matches(string pattern, string text) => !pattern.Contains('*', StringComparison.Ordinal)
        ? string.Equals(pattern, text, StringComparison.Ordinal)
        : Regex.IsMatch(text, $"\\A{Regex.Escape(pattern).Replace("\\*", "[^\\n]*", StringComparison.Ordinal)}\\z");
}
