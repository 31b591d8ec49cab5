using Microsoft.AspNetCore.Components;

namespace Platform.Dashboard.Layout;

/// <summary>What a page's address says.</summary>
internal static class PageAddress
{
    /// <summary>The tenant; null outside of one.</summary>
    public static string? TenantOf(NavigationManager navigation) =>
        navigation.ToBaseRelativePath(navigation.Uri).Split('?', '#')[0].Split('/') is ["t", { Length: > 0 } tenant, ..] ? Uri.UnescapeDataString(tenant) : null;
}
