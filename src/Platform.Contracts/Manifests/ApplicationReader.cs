namespace Platform.Contracts.Manifests;

/// <summary>Reads <c>[application]</c>.</summary>
internal static class ApplicationReader
{
    public static AppManifest Read(TableReader application)
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
        ReadTriggers(application);
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

    private static void ReadTriggers(TableReader application)
    {
        if (application.Table("trigger") is not { } triggers)
        {
            return;
        }

        if (triggers.Table("http") is { } http)
        {
            if (http.Take("base") is { } root && root.Value.Content is not "/")
            {
                http.Error(root.Value, $"'{http.Name("base")}' must be \"/\": write the base into each route instead.");
            }

            http.End();
        }

        triggers.Refuse("redis", TriggerReader.HttpOnly);
        triggers.End();
    }
}
