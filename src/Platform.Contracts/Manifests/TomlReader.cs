using Tomlyn;
using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace Platform.Contracts.Manifests;

/// <summary>Reads TOML 1.0 into tables that know where each key and value stands (the parser's own model doesn't).</summary>
internal sealed class TomlReader
{
    private readonly List<ManifestError> _errors;

    private TomlReader(List<ManifestError> errors) => _errors = errors;

    /// <summary>The document; when there are errors, they are added and what comes back is not whole.</summary>
    public static TomlTable Read(string text, List<ManifestError> errors)
    {
        var root = new TomlTable();
        try
        {
            var document = SyntaxParser.Parse(text, validate: true);
            foreach (var message in document.Diagnostics)
            {
                errors.Add(new ManifestError($"Not valid TOML: {message.Message}.", message.Span.Start.Line + 1, message.Span.Start.Column + 1));
            }

            if (errors.Count == 0)
            {
                new TomlReader(errors).Fill(root, document);
            }
        }
        catch (TomlException e)
        {
            // Thrown for what would nest too deep; without a place of its own.
            errors.Add(new ManifestError($"Not valid TOML: {e.Message}", 1, 1));
        }

        return root;
    }

    private void Fill(TomlTable root, DocumentSyntax document)
    {
        foreach (var entry in document.KeyValues)
        {
            Put(root, entry);
        }

        foreach (var header in document.Tables)
        {
            if (Open(root, header.Name!, header is TableArraySyntax) is { } table)
            {
                foreach (var entry in header.Items)
                {
                    Put(table, entry);
                }
            }
        }
    }

    private void Put(TomlTable table, KeyValueSyntax entry)
    {
        var path = PathOf(entry.Key!);
        for (var i = 0; i < path.Count - 1; i++)
        {
            if (Descend(table, path[i]) is not { } inner)
            {
                return;
            }

            table = inner;
        }

        Add(table, path[^1], Convert(entry.Value!));
    }

    private TomlTable? Open(TomlTable table, KeySyntax name, bool isArray)
    {
        var path = PathOf(name);
        for (var i = 0; i < path.Count - (isArray ? 1 : 0); i++)
        {
            if (Descend(table, path[i]) is not { } inner)
            {
                return null;
            }

            table = inner;
        }

        if (!isArray)
        {
            return table;
        }

        var last = path[^1];
        if (!table.TryGetValue(last.Key, out var existing))
        {
            existing = Add(table, last, new TomlValue(new List<TomlValue>(), last.Line, last.Column));
        }

        if (existing.Value.Content is not List<TomlValue> items)
        {
            Twice(last);
            return null;
        }

        var added = new TomlTable();
        items.Add(new TomlValue(added, last.Line, last.Column));
        return added;
    }

    // The table under a key, made if need be; of an array of tables the last one (TOML 1.0, "Array of Tables").
    private TomlTable? Descend(TomlTable table, (string Key, int Line, int Column) step)
    {
        if (!table.TryGetValue(step.Key, out var entry))
        {
            entry = Add(table, step, new TomlValue(new TomlTable(), step.Line, step.Column));
        }

        switch (entry.Value.Content)
        {
            case TomlTable inner:
                return inner;
            case List<TomlValue> and [.., { Content: TomlTable last }]:
                return last;
            default:
                Twice(step);
                return null;
        }
    }

    private TomlEntry Add(TomlTable table, (string Key, int Line, int Column) step, TomlValue value)
    {
        var entry = new TomlEntry(value, step.Line, step.Column);
        if (!table.TryAdd(step.Key, entry))
        {
            Twice(step);
        }

        return entry;
    }

    private void Twice((string Key, int Line, int Column) step) =>
        _errors.Add(new ManifestError($"'{step.Key}' is defined twice.", step.Line, step.Column));

    private TomlValue Convert(ValueSyntax value)
    {
        var start = value.Span.Start;
        return new TomlValue(ContentOf(value), start.Line + 1, start.Column + 1);
    }

    private object ContentOf(ValueSyntax value)
    {
        switch (value)
        {
            case StringValueSyntax text:
                return text.Value ?? "";
            case IntegerValueSyntax number:
                return number.Value;
            case BooleanValueSyntax flag:
                return flag.Value;
            case FloatValueSyntax number:
                return number.Value;
            case ArraySyntax array:
                return array.Items.Select(item => Convert(item.Value!)).ToList();
            case InlineTableSyntax inline:
                var table = new TomlTable();
                foreach (var item in inline.Items)
                {
                    Put(table, item.KeyValue!);
                }

                return table;
            default:
                return DateTimeOffset.MinValue;
        }
    }

    private static List<(string Key, int Line, int Column)> PathOf(KeySyntax key)
    {
        var path = new List<(string, int, int)> { Step(key.Key!) };
        foreach (var dotted in key.DotKeys)
        {
            path.Add(Step(dotted.Key!));
        }

        return path;
    }

    private static (string Key, int Line, int Column) Step(BareKeyOrStringValueSyntax key)
    {
        var start = key.Span.Start;
        var name = key is StringValueSyntax quoted ? quoted.Value : ((BareKeySyntax)key).Key!.Text;
        return (name ?? "", start.Line + 1, start.Column + 1);
    }
}
