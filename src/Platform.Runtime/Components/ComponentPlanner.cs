namespace Platform.Runtime.Components;
internal static class ComponentPlanner { public static ComponentPlan Plan(ReadOnlyMemory<byte> wasm) => throw new NotSupportedException(wasm.Length.ToString(System.Globalization.CultureInfo.InvariantCulture)); }
