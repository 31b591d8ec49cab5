namespace Platform.Contracts.Manifests;

/// <summary>A value and where it stands, from 1.</summary>
/// <param name="Content"><see cref="string"/>, <see cref="long"/>, <see cref="bool"/>, a list of <see cref="TomlValue"/>, a <see cref="TomlTable"/>, or, of no use to a manifest, a float or a date.</param>
/// <param name="Line">The line.</param>
/// <param name="Column">The column.</param>
internal sealed record TomlValue(object Content, int Line, int Column)
{
    public string Kind => Content switch
    {
        string => "a string",
        long => "a whole number",
        bool => "true or false",
        List<TomlValue> => "a list",
        TomlTable => "a table",
        double => "a fraction",
        _ => "a date or time",
    };
}
