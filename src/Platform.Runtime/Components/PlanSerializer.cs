namespace Platform.Runtime.Components;
internal static class PlanSerializer { public static byte[] Serialize(ComponentPlan p) => throw new NotSupportedException(p.ToString()); public static ComponentPlan Deserialize(byte[] b) => throw new NotSupportedException(b.Length.ToString(System.Globalization.CultureInfo.InvariantCulture)); }
