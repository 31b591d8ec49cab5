using System.Reflection;

namespace Platform.Host;

/// <summary>The program's version.</summary>
internal static class ProductVersion
{
    /// <summary>As built, for example <c>0.1.0</c>.</summary>
    public static string Text { get; } =
        typeof(ProductVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
