using Microsoft.AspNetCore.Components;
using Platform.Dashboard.Api;
using Platform.Dashboard.Parts;

namespace Platform.Dashboard.Settings;

/// <summary>A part of an app's settings.</summary>
public abstract class AppPanelBase : TenantBase
{
    /// <summary>The app's slug.</summary>
    [Parameter, EditorRequired]
    public string App { get; set; } = "";

    /// <inheritdoc/>
    protected override string Path => ApiPaths.App(Tenant, App);
}
