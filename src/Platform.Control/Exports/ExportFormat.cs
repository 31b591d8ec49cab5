namespace Platform.Control.Exports;

/// <summary>Formats of exports, <c>?format=</c>.</summary>
internal enum ExportFormat
{
    /// <summary>One JSON object a line (<c>application/jsonl</c>).</summary>
    Json,

    /// <summary>Comma-separated values with a header line (RFC 4180).</summary>
    Csv,
}
