using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Platform.Contracts.Logs;
using Platform.Contracts.Modules;
using Platform.Contracts.Snapshots;
using Platform.Contracts.Sqlite;
using Platform.Control.Access;
using Platform.Control.Approvals;
using Platform.Control.Apps;
using Platform.Control.Audit;
using Platform.Control.Collection;
using Platform.Control.Deletion;
using Platform.Control.Domains;
using Platform.Control.Idempotency;
using Platform.Control.Keys;
using Platform.Control.Limits;
using Platform.Control.Logs;
using Platform.Control.Modules;
using Platform.Control.OpenApi;
using Platform.Control.Paging;
using Platform.Control.People;
using Platform.Control.Quotas;
using Platform.Control.RateLimits;
using Platform.Control.Requests;
using Platform.Control.Retention;
using Platform.Control.Series;
using Platform.Control.Sessions;
using Platform.Control.Snapshots;
using Platform.Control.Sqlite;
using Platform.Control.Telemetry;
using Platform.Control.Tenants;
using Platform.Control.Tokens;
using Platform.Control.Traffic;
using Platform.Control.Usage;
using Platform.Control.Variables;
using Platform.Control.Versions;
using Platform.Control.Workers;
using Platform.Data;
using Platform.Data.Blobs;

namespace Platform.Control;

/// <summary>Registers the control plane.</summary>
public static class ControlServiceCollectionExtensions
{
    /// <summary>
    /// Adds the control plane: its store, REST API, snapshot, module source and app logs. The host adds an <c>IModulePreparer</c>, an <c>ISafeHttpFetcher</c> and an <c>IAppDataPurger</c> (the worker's), an
    /// <c>IOperatorToken</c> and the platform's <c>PlatformRedis</c>. The store is
    /// opened and migrated as hosted services start, before the server listens; failures there are <see cref="StoreStartupException"/>s.
    /// </summary>
    public static IServiceCollection AddControl(this IServiceCollection services, ControlOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton<ControlState>();
        services.AddSingleton(_ => options.PostgresConnectionString is { } postgres
            ? Database.OpenPostgres(postgres)
            : Database.OpenSqlite(Path.Combine(options.DataDirectory, "platform.db")));
        services.AddSingleton<BlobStore>();
        services.AddSingleton<SqliteBackupStore>();
        services.AddSingleton<ISqliteBackups>(static provider => provider.GetRequiredService<SqliteBackupStore>());
        services.AddQuotas();
        services.AddUsage();
        services.AddKeys();
        services.AddSingleton<AuditTrail>();
        services.AddSingleton<AuditStore>();
        services.AddSingleton<StoreKeys>();
        services.AddSingleton<Cursors>();
        services.AddSingleton<WorkerDirectory>();
        services.AddIdempotency();
        services.AddSingleton<TenantStore>();
        services.AddSingleton<TokenStore>();
        services.AddSingleton<TokenUses>();
        services.AddHostedService(static provider => provider.GetRequiredService<TokenUses>());
        services.AddSingleton<AppStore>();
        services.AddSingleton<AppUrls>();
        services.AddSingleton<SnapshotStore>();
        services.AddSingleton<IModuleSource, ModuleSource>();
        services.AddSingleton<ISnapshotSource>(provider => provider.GetRequiredService<SnapshotStore>());
        services.AddHostedService<ControlStartup>();
        services.AddVariables();
        services.AddLimits();
        services.AddDomains();
        AddVersions(services);
        services.AddTraffic();
        services.AddSingleton<VersionRetention>();
        services.AddSingleton<BlobCollector>();
        services.AddDeletion();
        services.AddApprovals();
        AddLogs(services);
        services.AddRequests();
        services.AddSeries();
        services.AddHostedService<Housekeeping>();
        AddAccess(services);
        services.AddPeople();
        services.AddSessions(options);
        AddApi(services, options);
        return services;
    }

    private static void AddVersions(IServiceCollection services)
    {
        services.AddSingleton<VersionStore>();
        services.AddSingleton<VersionAnswers>();
        services.AddSingleton<Preparation>();
        services.AddSingleton<ArchiveReader>();
        services.AddSingleton<DeployFormReader>();
        services.AddSingleton<DocumentBuilder>();
        services.AddSingleton<Composer>();
        services.AddSingleton<DeployEndpoint>();
        services.AddSingleton<PendingDeploys>();
        services.AddHostedService(provider => provider.GetRequiredService<PendingDeploys>());
    }

    private static void AddLogs(IServiceCollection services)
    {
        services.AddMetrics();
        services.AddSingleton<ControlMetrics>();
        services.AddSingleton<TelemetryDatabase>();
        services.AddSingleton<LogStore>();
        services.AddSingleton<LogSignals>();
        services.AddSingleton<LogExport>();
        services.AddSingleton<LogEndpoints>();
        services.AddSingleton<LogWriter>();
        services.AddSingleton<IAppLogSink>(provider => provider.GetRequiredService<LogWriter>());
        services.AddSingleton<ILostLines>(provider => provider.GetRequiredService<LogWriter>());
        services.AddHostedService(provider => provider.GetRequiredService<LogWriter>());
    }

    private static void AddAccess(IServiceCollection services)
    {
        services.AddSingleton<TokenGuessLimiter>();
        services.AddSingleton<TokenCheck>();
        services.AddSingleton<AccessCheck>();
        services.AddSingleton<ApiRateLimiter>();
        services.AddSingleton<IAuthorizationHandler, AccessHandler>();
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, AccessResultHandler>();
        services.AddAuthorization();
    }

    private static void AddApi(IServiceCollection services, ControlOptions options)
    {
        services.AddRouting();

        // Without credentials: a cookie never speaks for another origin's page (CookieRequests).
        services.AddCors(cors => cors.AddDefaultPolicy(policy => policy
            .WithOrigins([.. options.CorsOrigins]).AllowAnyMethod().AllowAnyHeader().SetPreflightMaxAge(TimeSpan.FromHours(1))
            .WithExposedHeaders("ETag", "Location", "Retry-After", "RateLimit-Policy", "RateLimit", "Idempotency-Replayed", "platform-request-id")));
        services.AddOpenApi("v1", document =>
        {
            document.AddSchemaTransformer<EnumSchemas>();
            document.AddOperationTransformer<RouteParameters>();
            document.AddOperationTransformer<OperationExamples>();
            document.AddOperationTransformer<OperationShape>();
            document.AddOperationTransformer<OperationRefusals>();
            document.AddDocumentTransformer<ApiDocument>();
        });

        // The framework's refusals then arrive as exceptions that say what was wrong, and ProblemMiddleware words them.
        services.Configure<RouteHandlerOptions>(handlers => handlers.ThrowOnBadRequest = true);
        services.Configure<JsonOptions>(json =>
        {
            var serializer = json.SerializerOptions;
            serializer.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
            serializer.RespectNullableAnnotations = true;
            serializer.RespectRequiredConstructorParameters = true;
            serializer.AllowDuplicateProperties = false;
            serializer.NumberHandling = JsonNumberHandling.Strict;
            serializer.MaxDepth = 32;
        });
    }
}
