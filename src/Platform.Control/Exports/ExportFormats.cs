using Microsoft.AspNetCore.Http.HttpResults;
using Platform.Control.Problems;

namespace Platform.Control.Exports;

/// <summary>Reads <c>?format=</c>.</summary>
internal static class ExportFormats
{
    public static ProblemHttpResult Unknown => Problem.Invalid("'format' must be json or csv.");

    /// <summary>The format, JSON when none is said; null when it isn't one.</summary>
    public static ExportFormat? Read(string? format) => format switch
    {
        null or "json" => ExportFormat.Json,
        "csv" => ExportFormat.Csv,
        _ => null,
    };
}
