using Platform.Host.Startup;

namespace Platform.Host.Settings;

/// <summary>Where settings come from besides the command line.</summary>
internal static class SettingSources
{
    private const string Directory = "Platform:SecretsDirectory";

    /// <summary>
    /// Adds the environment, and before it the directory of files that it names (<c>Platform:SecretsDirectory</c>): a file is a setting by its name, <c>__</c> for <c>:</c>, as orchestrators mount
    /// secrets. What both have is the environment's.
    /// </summary>
    /// <exception cref="StartupException">There is no such directory, or a file in it can't be read.</exception>
    public static IConfigurationBuilder AddSettings(this IConfigurationBuilder configuration)
    {
        var environment = new ConfigurationBuilder().AddEnvironmentVariables().Build();
        if (environment[Directory] is { Length: > 0 } directory)
        {
            try
            {
                configuration.AddConfiguration(new ConfigurationBuilder().AddKeyPerFile(Path.GetFullPath(directory)).Build(), shouldDisposeConfiguration: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new StartupException($"{Directory} '{directory}': can't be read ({OneLine.Of(e.Message)}); give a directory of files that this user can read, each named as its setting");
            }
        }

        return configuration.AddConfiguration(environment, shouldDisposeConfiguration: true);
    }
}
