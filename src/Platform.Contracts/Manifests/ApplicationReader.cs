namespace Platform.Contracts.Manifests;

/// <summary>Reads <c>[application]</c>.</summary>
internal static class ApplicationReader
{
    /// <summary>Reads it.</summary>
    /// <param name="application">The table.</param>
    /// <param name="redis"><c>[application.trigger.redis]</c>, for who reads the triggers; null when it isn't there.</param>
    public static AppManifest Read(TableReader application, out TableReader? redis)
    {
        var app = new AppManifest
        {
            Name = application.Text("name", isRequired: true) ?? "",
            Version = application.Text("version") ?? "",
            Description = application.Text("description") ?? "",
            Authors = [.. application.Texts("authors").Select(author => author.Text)],
            Receipts = ReadTools(application),
            Components = [],
            Routes = [],
        };
        application.Take("targets");
        redis = ReadTriggers(application);
        application.End();
        return app;
    }

    private static bool ReadTools(TableReader application)
    {
        var platform = PlatformTools(application);
        var receipts = platform?.Flag("receipts") ?? false;
        platform?.End();
        return receipts;
    }

    /// <summary>The table <c>tool.platform</c>; other tools' tables are theirs.</summary>
    public static TableReader? PlatformTools(TableReader owner)
    {
        foreach (var (name, tool) in owner.Table("tool")?.Tables() ?? [])
        {
            if (string.Equals(name, "platform", StringComparison.Ordinal))
            {
                return tool;
            }
        }

        return null;
    }

    private static TableReader? ReadTriggers(TableReader application)
    {
        if (application.Table("trigger") is not { } triggers)
        {
            return null;
        }

        if (triggers.Table("http") is { } http)
        {
            if (http.Take("base") is { } root && root.Value.Content is not "/")
            {
                http.Error(root.Value, $"'{http.Name("base")}' must be \"/\": write the base into each route instead.");
            }

            http.End();
        }

        var redis = triggers.Table("redis");
        triggers.End();
        return redis;
    }
}
