using System.Globalization;
using System.Text;

namespace Platform.Dashboard.Charts;

/// <summary>Where a chart's lines go, on a plane of <see cref="Width"/> by <see cref="Height"/>.</summary>
public static class ChartGeometry
{
    /// <summary>The plane's width.</summary>
    public const int Width = 600;

    /// <summary>The plane's height.</summary>
    public const int Height = 160;

    /// <summary>The end of the axis for values up to this: 1, 2 or 5 times a power of ten.</summary>
    public static double AxisEnd(double largest)
    {
        if (!(largest > 0) || double.IsInfinity(largest))
        {
            return 1;
        }

        var power = Math.Pow(10, Math.Floor(Math.Log10(largest)));
        return (largest / power) switch
        {
            <= 1 => power,
            <= 2 => 2 * power,
            <= 5 => 5 * power,
            _ => 10 * power,
        };
    }

    /// <summary>An SVG path through the values, broken where there is none; a value between two gaps is a short line.</summary>
    public static string Path(IReadOnlyList<double?> values, double axisEnd)
    {
        ArgumentNullException.ThrowIfNull(values);
        var path = new StringBuilder();
        var isDown = false;
        for (var i = 0; i < values.Count; i++)
        {
            if (values[i] is not { } value)
            {
                isDown = false;
                continue;
            }

            var x = values.Count == 1 ? Width / 2.0 : (double)i * Width / (values.Count - 1);
            var y = Height - (Math.Clamp(value / axisEnd, 0, 1) * Height);
            path.Append(isDown ? 'L' : 'M').Append(CultureInfo.InvariantCulture, $"{x:0.#} {y:0.#}");
            if (!isDown && (i + 1 == values.Count || values[i + 1] is null))
            {
                path.Append("h2");
            }

            isDown = true;
        }

        return path.ToString();
    }
}
