using Microsoft.AspNetCore.Components;
using Platform.Contracts.Api;
using Platform.Dashboard.Api;
using Platform.Dashboard.Layout;
using Platform.Dashboard.Parts;

namespace Platform.Dashboard.Apps;

/// <summary>A page of an app.</summary>
public abstract class AppPageBase : PageBase
{
    /// <summary>The tenant's slug.</summary>
    [Parameter]
    public string Tenant { get; set; } = "";

    /// <summary>The app's slug.</summary>
    [Parameter]
    public string App { get; set; } = "";

    /// <summary>Where the app is in the API.</summary>
    protected string Path => ApiPaths.App(Tenant, App);

    [Inject]
    private protected TenantList Tenants { get; set; } = default!;

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync()
    {
        await Tenants.LoadAsync();
        await LoadAsync();
    }

    /// <summary>Whether something that a developer may do is offered.</summary>
    protected bool IsDeveloper => Tenants.May(Tenant, TokenRole.Developer);

    /// <summary>Whether something that an owner may do is offered.</summary>
    protected bool IsOwner => Tenants.May(Tenant, TokenRole.Owner);

    /// <summary>Reads what the page shows.</summary>
    protected abstract Task LoadAsync();
}
