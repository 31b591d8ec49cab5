using Platform.Contracts.Api;
using Platform.Dashboard.Api;

namespace Platform.Dashboard.Layout;

/// <summary>The tenants that the visitor may look at: a circuit's menus share one list.</summary>
internal sealed class TenantList(PlatformApi api)
{
    // Those of a menu; an operator with more finds the others on the tenants' page.
    private const int Most = 100;

    private Task? _loading;

    /// <summary>Raised when the list is another.</summary>
    public event Action? Changed;

    /// <summary>Their names, in order.</summary>
    public IReadOnlyList<string> Names { get; private set; } = [];

    /// <summary>What the visitor may do in each; empty for the operator.</summary>
    public IReadOnlyDictionary<string, TokenRole> Roles { get; private set; } = new Dictionary<string, TokenRole>();

    /// <summary>Whether the visitor is the operator.</summary>
    public bool IsOperator { get; private set; }

    /// <summary>Why there is no list; null when there is.</summary>
    public ApiProblem? Problem { get; private set; }

    /// <summary>Reads the list, unless it is read already, or is being read.</summary>
    public Task LoadAsync() => _loading is { } loading && (!loading.IsCompleted || (loading.IsCompletedSuccessfully && Problem is null)) ? loading : ReloadAsync();

    /// <summary>Reads the list again.</summary>
    public Task ReloadAsync() => _loading = ReadAsync();

    /// <summary>Whether the visitor may do what needs a role. Only for what is offered: the API decides.</summary>
    public bool May(string tenant, TokenRole role) => IsOperator || (Roles.TryGetValue(tenant, out var has) && has >= role);

    private async Task ReadAsync()
    {
        var me = await api.GetAsync<MeResource>("/v1/me");
        Problem = me.Problem;
        if (me.Value is not { } found)
        {
            return;
        }

        IsOperator = found.IsOperator;
        Roles = found.Tenants.ToDictionary(static one => one.Tenant, static one => one.Role, StringComparer.Ordinal);
        if (found.IsOperator)
        {
            var tenants = await api.GetAsync<Page<TenantResource>>($"/v1/tenants?limit={Most}");
            Problem = tenants.Problem;
            Names = [.. (tenants.Value?.Items ?? []).Where(static one => one.Deleted is null).Select(static one => one.Name).Order(StringComparer.Ordinal)];
        }
        else
        {
            Names = [.. Roles.Keys.Order(StringComparer.Ordinal)];
        }

        Changed?.Invoke();
    }
}
