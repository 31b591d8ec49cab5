namespace Platform.Dashboard.Apps;

/// <summary>The pages of an app.</summary>
public enum AppSection
{
    /// <summary>How it is and how it does.</summary>
    Overview,

    /// <summary>Deploying a version.</summary>
    Deploy,

    /// <summary>Its versions and their shares.</summary>
    Versions,

    /// <summary>Its log.</summary>
    Logs,

    /// <summary>Requests that were kept.</summary>
    Requests,

    /// <summary>Variables, secrets, limits, domains and triggers.</summary>
    Settings,
}
