using Microsoft.AspNetCore.Components;
using Platform.Contracts.Api;
using Platform.Dashboard.Api;
using Platform.Dashboard.Layout;

namespace Platform.Dashboard.Parts;

/// <summary>A page of a tenant, or a part of one.</summary>
public abstract class TenantBase : ChangingBase
{
    /// <summary>The tenant's slug.</summary>
    [Parameter]
    public string Tenant { get; set; } = "";

    /// <summary>Where what the page shows is in the API.</summary>
    protected virtual string Path => ApiPaths.Tenant(Tenant);

    /// <summary>Whether something that a developer may do is offered.</summary>
    protected bool IsDeveloper => Tenants.May(Tenant, TokenRole.Developer);

    /// <summary>Whether something that an owner may do is offered.</summary>
    protected bool IsOwner => Tenants.May(Tenant, TokenRole.Owner);

    [Inject]
    private protected TenantList Tenants { get; set; } = default!;

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync()
    {
        await Tenants.LoadAsync();
        await LoadAsync();
    }

    /// <summary>Reads what the page shows.</summary>
    protected abstract Task LoadAsync();
}
