using System.Collections.Immutable;
using Platform.Contracts.Versions;

namespace Platform.Contracts.Snapshots;

/// <summary>
/// What is set for an app beside its versions, secrets among it: in plain here, so that whoever keeps a snapshot outside its process's memory has to encrypt it. Immutable; the same object as long as nothing
/// of it changes.
/// </summary>
/// <param name="Revision">Raised by each change of it.</param>
/// <param name="Values">Variables and secrets by name.</param>
/// <param name="Limits">Limits of a request where the manifest sets none.</param>
public sealed record AppConfiguration(long Revision, ImmutableDictionary<string, string> Values, LimitsDocument Limits)
{
    /// <summary>Nothing was ever set.</summary>
    public static AppConfiguration Empty { get; } = new(0, ImmutableDictionary<string, string>.Empty, new LimitsDocument());

    /// <summary>The values of a version's variables by name: what is set, else the manifest's default. One that has neither isn't among them.</summary>
    public IReadOnlyDictionary<string, string> ValuesOf(VersionDocument version)
    {
        ArgumentNullException.ThrowIfNull(version);
        var values = new Dictionary<string, string>(version.Variables.Count, StringComparer.Ordinal);
        foreach (var (name, variable) in version.Variables)
        {
            if ((Values.GetValueOrDefault(name) ?? variable.Default) is { } value)
            {
                values.Add(name, value);
            }
        }

        return values;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{nameof(AppConfiguration)} {Revision}";
}
