namespace Platform.FunctionalTests.Hosting;

/// <summary>Manifests (Spin's, version 2) for one component.</summary>
internal static class Manifests
{
    /// <summary>Everything goes to the one component; <paramref name="tool"/> are lines of <c>[component.main.tool.platform]</c>, <paramref name="files"/> is its list.</summary>
    public static string For(string source, string tool = "", bool receipts = false, string files = "[]") =>
        $"""
        spin_manifest_version = 2

        [application]
        name = "test"
        version = "1.0.0"
        {(receipts ? "[application.tool.platform]\nreceipts = true" : string.Empty)}

        [[trigger.http]]
        route = "/..."
        component = "main"

        [component.main]
        source = "{source}"
        files = {files}

        [component.main.tool.platform]
        {tool}

        """;
}
