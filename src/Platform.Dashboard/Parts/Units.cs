using System.Globalization;

namespace Platform.Dashboard.Parts;

/// <summary>Numbers with their units.</summary>
internal static class Units
{
    private static readonly string[] Binary = ["B", "KiB", "MiB", "GiB", "TiB"];
    private static readonly string[] Decimal = ["", " k", " M", " G", " T"];

    public static string Count(double value) => Scale(value, 1000, Decimal, "");

    public static string Bytes(double value) => Scale(value, 1024, Binary, " ");

    public static string Rate(double value) => $"{Number(value)}/s";

    public static string Percent(double value) => $"{Number(value)} %";

    public static string Milliseconds(double value) => value >= 1000 ? $"{Number(value / 1000)} s" : $"{Number(value)} ms";

    public static string Microseconds(double value) => value >= 1000 ? Milliseconds(value / 1000) : $"{Number(value)} µs";

    private static string Scale(double value, double step, string[] units, string space)
    {
        var unit = 0;
        while (Math.Abs(value) >= step && unit < units.Length - 1)
        {
            value /= step;
            unit++;
        }

        return Number(value) + space + units[unit];
    }

    private static string Number(double value) => Math.Abs(value) switch
    {
        0 => "0",
        >= 100 => value.ToString("0", CultureInfo.InvariantCulture),
        >= 1 => value.ToString("0.#", CultureInfo.InvariantCulture),
        _ => value.ToString("0.###", CultureInfo.InvariantCulture),
    };
}
