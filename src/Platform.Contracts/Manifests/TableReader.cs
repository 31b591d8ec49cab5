namespace Platform.Contracts.Manifests;

/// <summary>Takes a table's keys one by one and refuses, by name, those that nobody took.</summary>
/// <param name="table">The table.</param>
/// <param name="path">Its dotted name; empty for the document.</param>
/// <param name="line">Where to point when a key is missing.</param>
/// <param name="column">Where to point when a key is missing.</param>
/// <param name="errors">Where errors go.</param>
internal sealed class TableReader(TomlTable table, string path, int line, int column, List<ManifestError> errors)
{
    private readonly List<string> _known = [];

    public int Line => line;

    public int Column => column;

    /// <summary>The entry; null when it isn't there.</summary>
    public TomlEntry? Take(string key)
    {
        _known.Add(key);
        return table.GetValueOrDefault(key);
    }

    public string? Text(string key, bool isRequired = false)
    {
        switch (Take(key))
        {
            case null:
                if (isRequired)
                {
                    Missing(key);
                }

                return null;
            case { Value.Content: string text }:
                return text;
            case { } entry:
                Wrong(key, entry.Value, "a string");
                return null;
        }
    }

    public bool Flag(string key)
    {
        var entry = Take(key);
        if (entry is null or { Value.Content: bool })
        {
            return entry is { Value.Content: true };
        }

        Wrong(key, entry.Value, "true or false");
        return false;
    }

    /// <summary>A whole number from 1; null when it isn't there.</summary>
    public long? Positive(string key)
    {
        switch (Take(key))
        {
            case null:
                return null;
            case { Value.Content: long and > 0 and var number }:
                return number;
            case { Value: { Content: long number } value }:
                errors.Add(new ManifestError($"'{Name(key)}' is {number}; it must be a whole number from 1.", value.Line, value.Column));
                return null;
            case { } entry:
                Wrong(key, entry.Value, "a whole number from 1");
                return null;
        }
    }

    /// <summary>The list's values; empty when it isn't there, or is too long.</summary>
    public IReadOnlyList<TomlValue> List(string key, int max = int.MaxValue)
    {
        switch (Take(key))
        {
            case null:
                return [];
            case { Value.Content: List<TomlValue> list } when list.Count <= max:
                return list;
            case { Value: { Content: List<TomlValue> } value }:
                Error(value, $"'{Name(key)}' has more than {max} entries.");
                return [];
            case { } entry:
                Wrong(key, entry.Value, "a list");
                return [];
        }
    }

    /// <summary>Whether a list is there that has entries.</summary>
    public bool HasList(string key) => table.GetValueOrDefault(key) is { Value.Content: List<TomlValue> { Count: > 0 } };

    /// <summary>The list's strings with their places; what isn't one is an error.</summary>
    public IEnumerable<(string Text, TomlValue Value)> Texts(string key, int max = int.MaxValue)
    {
        foreach (var value in List(key, max))
        {
            if (value.Content is string text)
            {
                yield return (text, value);
            }
            else
            {
                Wrong(key, value, "a list of strings");
            }
        }
    }

    /// <summary>The table under a key; null when it isn't there or isn't one.</summary>
    public TableReader? Table(string key)
    {
        switch (Take(key))
        {
            case null:
                return null;
            case { Value.Content: TomlTable inner } entry:
                return Inner(inner, key, entry.Line, entry.Column);
            case { } entry:
                Wrong(key, entry.Value, "a table");
                return null;
        }
    }

    /// <summary>All entries that are tables, each with its key; others are errors.</summary>
    public IEnumerable<(string Key, TableReader Table)> Tables()
    {
        foreach (var (key, entry) in table)
        {
            _known.Add(key);
            if (entry.Value.Content is TomlTable inner)
            {
                yield return (key, Inner(inner, key, entry.Line, entry.Column));
            }
            else
            {
                Wrong(key, entry.Value, "a table");
            }
        }
    }

    /// <summary>All entries, whatever they are.</summary>
    public IEnumerable<(string Key, TomlEntry Entry)> All()
    {
        foreach (var (key, entry) in table)
        {
            _known.Add(key);
            yield return (key, entry);
        }
    }

    public TableReader Inner(TomlTable inner, string key, int innerLine, int innerColumn) => new(inner, Name(key), innerLine, innerColumn, errors);

    /// <summary>Refuses a key that Spin has and this release can't honour; an empty list or table of it asks for nothing.</summary>
    public void Refuse(string key, string why)
    {
        if (Take(key) is { } entry && entry.Value.Content is not (List<TomlValue> { Count: 0 } or TomlTable { Count: 0 } or false))
        {
            errors.Add(new ManifestError($"'{Name(key)}' is refused: {why}", entry.Line, entry.Column));
        }
    }

    public void Error(TomlValue at, string message) => errors.Add(new ManifestError(message, at.Line, at.Column));

    public void Wrong(string key, TomlValue value, string expected) =>
        errors.Add(new ManifestError($"'{Name(key)}' must be {expected}, and here is {value.Kind}.", value.Line, value.Column));

    public void Missing(string key) => errors.Add(new ManifestError($"'{Name(key)}' is missing.", line, column));

    /// <summary>Refuses what nobody took. Last.</summary>
    public void End()
    {
        foreach (var (key, entry) in table)
        {
            if (!_known.Contains(key, StringComparer.Ordinal))
            {
                errors.Add(new ManifestError($"'{Name(key)}' is not a key of the manifest. Known here: {string.Join(", ", _known)}.", entry.Line, entry.Column));
            }
        }
    }

    public string Name(string key) => path.Length == 0 ? key : $"{path}.{key}";
}
