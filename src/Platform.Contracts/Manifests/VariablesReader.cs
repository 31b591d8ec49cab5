using System.Text;
using Platform.Contracts.Variables;

namespace Platform.Contracts.Manifests;

/// <summary>Reads <c>[variables]</c>, and what components make of them.</summary>
internal sealed class VariablesReader(List<ManifestError> errors)
{
    private readonly SortedDictionary<string, VariableDocument> _variables = new(StringComparer.Ordinal);
    private readonly HashSet<string> _declared = new(StringComparer.Ordinal);

    /// <summary>The application's variables.</summary>
    public IReadOnlyDictionary<string, VariableDocument> Variables => _variables;

    /// <summary>Reads the application's.</summary>
    public void Read(TableReader? table)
    {
        foreach (var (name, entry) in table?.Tables() ?? [])
        {
            _declared.Add(name);
            entry.Text("description");
            var value = entry.Text("default");
            var isRequired = entry.Flag("required");
            var isSecret = entry.Flag("secret");
            entry.End();
            if (!Template.IsName(name))
            {
                Refuse(entry, $"'{name}' can't be the name of a variable: words of lower-case letters and digits with single underscores between them, a letter first, 64 characters at most.");
            }
            else if (_declared.Count > VariableLimits.Count)
            {
                Refuse(entry, $"An application has at most {VariableLimits.Count} variables.");
            }
            else if (value is null && !isRequired)
            {
                Refuse(entry, $"The variable '{name}' needs a default, or 'required = true': then its value is set by REST before the deploy.");
            }
            else if (value is not null && Encoding.UTF8.GetByteCount(value) > VariableLimits.ValueBytes)
            {
                Refuse(entry, $"The default of the variable '{name}' is longer than {VariableLimits.ValueBytes} bytes in UTF-8.");
            }
            else
            {
                _variables.Add(name, new VariableDocument(value, isSecret));
            }
        }
    }

    /// <summary>Reads <c>[component.X.variables]</c>: names and templates.</summary>
    public SortedDictionary<string, string> ReadComponent(TableReader? table)
    {
        var variables = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, entry) in table?.All() ?? [])
        {
            if (entry.Value.Content is not string text)
            {
                table!.Wrong(name, entry.Value, "a string");
            }
            else if (!Template.IsName(name))
            {
                table!.Error(entry.Value, $"'{table.Name(name)}': names of variables are words of lower-case letters and digits with single underscores between them, a letter first.");
            }
            else if (variables.Count == VariableLimits.Count || Encoding.UTF8.GetByteCount(text) > VariableLimits.ValueBytes)
            {
                table!.Error(entry.Value, $"'{table.Name(name)}': a component has at most {VariableLimits.Count} variables of {VariableLimits.ValueBytes} bytes in UTF-8.");
            }
            else if (IsTemplate(table!, entry.Value, text))
            {
                variables.Add(name, text);
            }
        }

        return variables;
    }

    /// <summary>Whether a text is a template that names declared variables only; if not, that is an error.</summary>
    public bool IsTemplate(TableReader table, TomlValue at, string text)
    {
        var template = Template.Parse(text, out var reason);
        if (template is null)
        {
            table.Error(at, $"\"{text}\" is no template: {reason}.");
            return false;
        }

        if (template.Names.FirstOrDefault(name => !_declared.Contains(name)) is { } unknown)
        {
            table.Error(at, $"\"{text}\" names the variable '{unknown}', which [variables] doesn't have.");
            return false;
        }

        return true;
    }

    /// <summary>A template of <see cref="IsTemplate"/> with the defaults; null when a variable of it has none, or was refused.</summary>
    public string? WithDefaults(string text) => Template.Parse(text, out _)!.Resolve(
        _variables.Where(static variable => variable.Value.Default is not null)
            .ToDictionary(static variable => variable.Key, static variable => variable.Value.Default!, StringComparer.Ordinal));

    private void Refuse(TableReader at, string message) => errors.Add(new ManifestError(message, at.Line, at.Column));
}
