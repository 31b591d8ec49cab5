using System.Globalization;
using Platform.Contracts.Requests;
using Platform.Runtime.Sandboxes;

namespace Platform.Worker.Invocation;

/// <summary>The <c>platform-receipt</c> field: what a request cost (design section 5).</summary>
internal static class Receipt
{
    /// <summary>The field's name.</summary>
    public const string FieldName = "platform-receipt";

    // Raised whenever the cost table, the elision or the engine changes a count of fuel.
    private const int Meter = 1;

    /// <summary>What is kept of it.</summary>
    public static RequestReceipt Of(in SandboxResult result, int version, bool isCold) => new(
        Meter, version, result.Fuel, result.MemoryBytes, (long)result.Cpu.TotalMicroseconds, (long)result.Wall.TotalMicroseconds, isCold);

    /// <summary>The field's value; times in microseconds, memory in bytes.</summary>
    public static string Format(in SandboxResult result, int version, bool isCold) => string.Create(
        CultureInfo.InvariantCulture,
        $"meter={Meter}, version={version}, fuel={result.Fuel}, memory={result.MemoryBytes}, cpu-us={(long)result.Cpu.TotalMicroseconds}, "
        + $"wall-us={(long)result.Wall.TotalMicroseconds}, cold={(isCold ? 1 : 0)}");
}
