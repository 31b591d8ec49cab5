namespace Platform.Contracts.Manifests;

/// <summary>
/// Reads Spin manifests, version 2. Unknown keys are refused by name, and so is all that this release can't honour: nothing is silently ignored but
/// <c>build</c>, <c>profile</c>, <c>targets</c> and the tables of other tools, which say nothing about how an app runs.
/// </summary>
public static class ManifestParser
{
    /// <summary>Components in a manifest.</summary>
    public const int MaxComponents = 64;

    /// <summary>HTTP routes in a manifest.</summary>
    public const int MaxRoutes = 1000;

    /// <summary>Redis triggers in a manifest.</summary>
    public const int MaxRedisTriggers = 64;

    // Enough to mend a file by; a hostile one doesn't get to make a long answer.
    private const int MaxErrors = 20;

    /// <summary>Reads a manifest.</summary>
    /// <param name="toml">The text of <c>spin.toml</c>.</param>
    /// <returns>The manifest, or all that is wrong (the first 20) with lines and columns.</returns>
    public static ManifestResult Parse(string toml)
    {
        ArgumentNullException.ThrowIfNull(toml);
        var errors = new List<ManifestError>();
        var root = TomlReader.Read(toml, errors);
        var manifest = errors.Count == 0 ? Read(new TableReader(root, "", 1, 1, errors), errors) : null;
        return new ManifestResult(manifest, [.. errors.OrderBy(error => error.Line).ThenBy(error => error.Column).Take(MaxErrors)]);
    }

    private static AppManifest? Read(TableReader root, List<ManifestError> errors)
    {
        if (!IsVersion2(root))
        {
            return null;
        }

        var application = root.Table("application");
        if (application is null)
        {
            if (errors.Count == 0)
            {
                root.Missing("application");
            }

            return null;
        }

        var app = ApplicationReader.Read(application, out var redis);
        var variables = new VariablesReader(errors);
        variables.Read(root.Table("variables"));

        var components = new ComponentReader(variables, errors);
        foreach (var (id, table) in root.Table("component")?.Tables() ?? [])
        {
            components.Declare(id, table);
        }

        var triggers = root.Table("trigger");
        var routes = HttpTriggerReader.Read(triggers, components, errors);
        var subscriptions = RedisTriggerReader.Read(triggers, redis, components, variables);
        triggers?.End();
        components.CheckDependencies();
        if (errors.Count == 0 && triggers?.HasList("http") != true && triggers?.HasList("redis") != true)
        {
            root.Missing("trigger.http");
        }

        root.End();
        return app with { Variables = variables.Variables, Components = components.Components, Routes = routes, RedisTriggers = subscriptions };
    }

    private static bool IsVersion2(TableReader root)
    {
        var version = root.Take("spin_manifest_version");
        if (version is { Value.Content: 2L })
        {
            return true;
        }

        if (version is null)
        {
            root.Missing("spin_manifest_version");
        }
        else
        {
            root.Error(version.Value, "'spin_manifest_version' must be 2.");
        }

        return false;
    }
}
