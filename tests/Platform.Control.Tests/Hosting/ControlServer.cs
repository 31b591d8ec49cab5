using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Platform.Contracts.Api;
using Platform.Contracts.Apps;
using Platform.Contracts.Http;
using Platform.Contracts.Logs;
using Platform.Contracts.Modules;
using Platform.Contracts.Snapshots;
using Platform.Control.Keys;
using Platform.Control.Tokens;
using Platform.Data;
using Platform.Redis;
using Platform.Testing;

namespace Platform.Control.Tests.Hosting;

/// <summary>A control plane on a real server and an empty store, called over the loopback.</summary>
internal sealed class ControlServer : IAsyncDisposable
{
    public const string UserPassword = "a password of the tests";

    public const string OperatorToken = "plat_operator-of-the-tests";

    private static readonly MasterKey MasterKey = new(SHA256.HashData("master key of the tests"u8));

    private readonly bool _ownsStore;
    private readonly WebApplication _app;
    private readonly DocumentedAnswers _answers;

    private ControlServer(WebApplication app, DocumentedAnswers answers, TestDatabase store, DirectoryInfo directory, bool ownsStore)
    {
        _app = app;
        _answers = answers;
        _ownsStore = ownsStore;
        Store = store;
        Directory = directory;
        Address = new Uri(app.Urls.Single());
        Operator = Client(OperatorToken);
    }

    public static TheoryData<Dialect> Dialects => [Dialect.Sqlite, Dialect.Postgres];

    public TestDatabase Store { get; }

    public DirectoryInfo Directory { get; }

    public Uri Address { get; }

    public HttpClient Operator { get; }

    public FakePreparer Preparer => (FakePreparer)_app.Services.GetRequiredService<IModulePreparer>();

    public FakePurger Purger => (FakePurger)_app.Services.GetRequiredService<IAppDataPurger>();

    public IAppLogSink Logs => _app.Services.GetRequiredService<IAppLogSink>();

    public PlatformSnapshot Snapshot => _app.Services.GetRequiredService<ISnapshotSource>().Current;

    public T Get<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    public static Task<ControlServer> StartAsync(
        Dialect dialect = Dialect.Sqlite, Func<ControlOptions, ControlOptions>? configure = null, TimeProvider? time = null) =>
        StartAsync(dialect, null, configure, time);

    /// <summary>Starts one on a PostgreSQL of the test's own.</summary>
    public static async Task<ControlServer> StartAsync(PostgresServer postgres, Func<ControlOptions, ControlOptions>? configure = null) => await StartOnAsync(
        await TestDatabase.CreateAsync(postgres), System.IO.Directory.CreateTempSubdirectory("platform-control-"), true, configure, null, null);

    /// <summary>Stops this server and starts another on the same store.</summary>
    public async Task<ControlServer> RestartAsync(Action<FakePreparer>? prepare = null, Func<ControlOptions, ControlOptions>? configure = null)
    {
        await StopAsync();
        return await StartOnAsync(Store, Directory, true, configure, null, prepare);
    }

    /// <summary>Starts a second server on the same store while this one runs.</summary>
    public Task<ControlServer> StartAnotherAsync(Func<ControlOptions, ControlOptions>? configure = null) => StartOnAsync(Store, Directory, false, configure, null, null);

    private static async Task<ControlServer> StartAsync(
        Dialect dialect, Action<FakePreparer>? prepare, Func<ControlOptions, ControlOptions>? configure, TimeProvider? time)
    {
        var store = await TestDatabase.CreateAsync(dialect);
        var directory = store.Directory is null ? System.IO.Directory.CreateTempSubdirectory("platform-control-") : new DirectoryInfo(store.Directory);
        return await StartOnAsync(store, directory, true, configure, time, prepare);
    }

    private static async Task<ControlServer> StartOnAsync(
        TestDatabase store,
        DirectoryInfo directory,
        bool ownsStore,
        Func<ControlOptions, ControlOptions>? configure,
        TimeProvider? time,
        Action<FakePreparer>? prepare)
    {
        var options = new ControlOptions
        {
            DataDirectory = directory.FullName,
            PostgresConnectionString = store.PostgresConnectionString,
            MasterKey = MasterKey,
            PasswordIterations = 1000,
        };
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        if (time is not null)
        {
            builder.Services.AddSingleton(time);
        }

        builder.Services.AddSingleton(new PlatformRedis(null, "platform"));
        builder.Services.AddSingleton<IOperatorToken>(new FakeOperatorToken(OperatorToken));
        builder.Services.AddControl(configure?.Invoke(options) ?? options);
        builder.Services.AddSingleton<IModulePreparer, FakePreparer>();
        builder.Services.AddSingleton<FakeWeb>();
        builder.Services.AddSingleton<ISafeHttpFetcher>(provider => provider.GetRequiredService<FakeWeb>());
        builder.Services.AddSingleton<IAppDataPurger, FakePurger>();
        var app = builder.Build();
        prepare?.Invoke((FakePreparer)app.Services.GetRequiredService<IModulePreparer>());
        var answers = new DocumentedAnswers();
        app.Use(answers.InvokeAsync);
        app.UseControl();
        app.MapControl();
        await app.StartAsync();
        return new ControlServer(app, answers, store, directory, ownsStore);
    }

    /// <summary>Makes a user of a new address a member and returns a client with an access token of the user.</summary>
    public async Task<HttpClient> CreateUserAsync(string tenant, string email, TokenRole role, string password = UserPassword)
    {
        using var invited = await Operator.PostAsJsonAsync($"/v1/tenants/{tenant}/members", new InviteMemberRequest(email, role));
        var invitation = await invited.ReadAsync<CreatedInvitationResource>(201);
        using var nobody = Client(null);
        using var accepted = await nobody.PostAsJsonAsync("/v1/invitations/accept", new AcceptInvitationRequest(invitation.Token, null, password));
        await accepted.ReadAsync<AcceptedInvitationResource>(200);
        return await SignInAsync(email, password);
    }

    /// <summary>Signs a user in and returns a client with the access token.</summary>
    public async Task<HttpClient> SignInAsync(string email, string password = UserPassword)
    {
        using var nobody = Client(null);
        using var response = await nobody.PostAsJsonAsync("/v1/sessions", new SignInRequest(email, password));
        return Client((await response.ReadAsync<SessionResource>(201)).AccessToken);
    }

    /// <summary>A client that presents a token, or none.</summary>
    public HttpClient Client(string? token)
    {
        var client = new HttpClient { BaseAddress = Address };
        client.DefaultRequestHeaders.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    /// <summary>Creates a tenant and returns the client of an owner of it.</summary>
    public async Task<HttpClient> CreateTenantAsync(string name, TokenRole role = TokenRole.Owner)
    {
        using var response = await Operator.PostAsJsonAsync("/v1/tenants", new { name });
        Assert.Equal(201, (int)response.StatusCode);
        return await CreateTokenAsync(name, role);
    }

    /// <summary>Creates a token and returns a client that presents it.</summary>
    public async Task<HttpClient> CreateTokenAsync(string tenant, TokenRole role)
    {
        using var response = await Operator.PostAsJsonAsync($"/v1/tenants/{tenant}/tokens", new CreateTokenRequest("test", role));
        Assert.Equal(201, (int)response.StatusCode);
        var created = await response.Content.ReadFromJsonAsync<CreatedTokenResource>(JsonSerializerOptions.Web);
        return Client(created!.Token);
    }

    public async Task StopAsync()
    {
        try
        {
            await _answers.CheckAsync(Operator);
        }
        finally
        {
            Operator.Dispose();
            await _app.StopAsync();
            await _app.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (_ownsStore)
        {
            await Store.DisposeAsync();
            if (Directory.Exists && Store.Directory is null)
            {
                Directory.Delete(recursive: true);
            }
        }
    }
}
