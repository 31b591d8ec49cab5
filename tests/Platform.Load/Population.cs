using Platform.Contracts.Api;

namespace Platform.Load;

/// <summary>The tenants with their apps, made through the API. The first app of each has three versions, the others one.</summary>
internal sealed class Population
{
    private const int AtOnce = 16;

    private Population(IReadOnlyList<LoadedTenant> tenants) => Tenants = tenants;

    public IReadOnlyList<LoadedTenant> Tenants { get; }

    /// <summary>How many deploys were answered.</summary>
    public int Versions => Tenants.Sum(static tenant => tenant.Apps.Sum(static app => app.Count));

    public static async Task<Population> CreateAsync(ControlClient client, int tenants, int apps)
    {
        var made = new LoadedTenant[tenants];
        await Parallel.ForAsync(0, tenants, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (i, _) =>
        {
            var name = $"load-{i:D5}";
            await client.PostAsync<TenantResource>("/v1/tenants", client.OperatorToken, new CreateTenantRequest(name));
            var token = await client.PostAsync<CreatedTokenResource>($"/v1/tenants/{name}/tokens", client.OperatorToken, new CreateTokenRequest("load", TokenRole.Owner));
            made[i] = new LoadedTenant(name, token.Token, apps);
            foreach (var (app, number) in made[i].Apps.Select(static (app, number) => (app, number)))
            {
                for (var version = 0; version < (number == 0 ? 3 : 1); version++)
                {
                    await app.DeployAsync(client);
                }
            }
        });
        return new Population(made);
    }

    /// <summary>Checks every app.</summary>
    public Task CheckAsync(ControlClient client) =>
        Parallel.ForEachAsync(
            Tenants.SelectMany(static tenant => tenant.Apps), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (app, _) => await app.CheckAsync(client));
}
