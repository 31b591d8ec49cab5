using System.Buffers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Platform.Control.Exports;

/// <summary>Sends rows as they are read, as CSV (RFC 4180) or as JSON, one object a line. A failure on the way breaks the response off, so that half an export isn't taken for a whole one.</summary>
/// <param name="Format">The format.</param>
/// <param name="Name">The file's name, without its end.</param>
/// <param name="Rows">What is exported.</param>
/// <param name="Header">The names of CSV's fields.</param>
/// <param name="Fields">A row as CSV's fields.</param>
/// <param name="Resource">A row as JSON.</param>
internal sealed record ExportResult<T>(
    ExportFormat Format, string Name, IAsyncEnumerable<T> Rows, IReadOnlyList<string> Header, Func<T, string?[]> Fields, Func<T, object> Resource) : IResult
{
    private static readonly SearchValues<char> NeedsQuotes = SearchValues.Create(",\"\r\n");

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        var isCsv = Format == ExportFormat.Csv;
        response.ContentType = isCsv ? "text/csv; charset=utf-8; header=present" : "application/jsonl; charset=utf-8";
        response.Headers.ContentDisposition = new ContentDispositionHeaderValue("attachment") { FileName = Name + (isCsv ? ".csv" : ".jsonl") }.ToString();
        response.Headers.XContentTypeOptions = "nosniff";
        var text = new StringBuilder();
        if (isCsv)
        {
            AppendLine(text, Header);
        }

        await foreach (var row in Rows.WithCancellation(httpContext.RequestAborted))
        {
            if (isCsv)
            {
                AppendLine(text, Fields(row));
            }
            else
            {
                text.Append(JsonSerializer.Serialize(Resource(row), JsonSerializerOptions.Web)).Append('\n');
            }

            if (text.Length > 64 << 10)
            {
                await FlushAsync(response, text);
            }
        }

        await FlushAsync(response, text);
    }

    private static async Task FlushAsync(HttpResponse response, StringBuilder text)
    {
        await response.WriteAsync(text.ToString(), response.HttpContext.RequestAborted);
        text.Clear();
    }

    private static void AppendLine(StringBuilder text, IReadOnlyList<string?> fields)
    {
        for (var i = 0; i < fields.Count; i++)
        {
            text.Append(i == 0 ? "" : ",");
            Append(text, fields[i] ?? "");
        }

        text.Append("\r\n");
    }

    // A spreadsheet takes a field that begins so for a formula; names of tokens and apps' data are anybody's text (OWASP, CSV injection).
    private static void Append(StringBuilder text, string field)
    {
        if (field is ['=' or '+' or '-' or '@' or '\t' or '\r', ..] && !double.TryParse(field, System.Globalization.CultureInfo.InvariantCulture, out _))
        {
            field = "'" + field;
        }

        if (field.AsSpan().ContainsAny(NeedsQuotes))
        {
            text.Append('"').Append(field.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
        }
        else
        {
            text.Append(field);
        }
    }
}
