using System.Globalization;

namespace Platform.Control.Paging;

/// <summary>The numbers by which paths name rows.</summary>
internal static class RowNumber
{
    /// <summary>Reads one; false for what can't be one.</summary>
    public static bool TryParse(string id, out long number) => long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
