namespace Platform.Dashboard.Api;

/// <summary>Where things are in the API, and the pages that show them.</summary>
internal static class ApiPaths
{
    public static string Tenant(string tenant) => $"/v1/tenants/{Uri.EscapeDataString(tenant)}";

    public static string App(string tenant, string app) => $"{Tenant(tenant)}/apps/{Uri.EscapeDataString(app)}";

    public static string TenantPage(string tenant) => $"/t/{Uri.EscapeDataString(tenant)}";

    public static string AppPage(string tenant, string app) => $"{TenantPage(tenant)}/apps/{Uri.EscapeDataString(app)}";
}
