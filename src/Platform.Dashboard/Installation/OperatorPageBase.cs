using Microsoft.AspNetCore.Components;
using Platform.Dashboard.Layout;
using Platform.Dashboard.Parts;

namespace Platform.Dashboard.Installation;

/// <summary>A page of the installation's operator. Anybody else is refused by the API, and the page says so.</summary>
public abstract class OperatorPageBase : ChangingBase
{
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
