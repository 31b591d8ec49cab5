using Platform.Control;
using Platform.Host.Settings;
using Platform.Host.Startup;
using HostCommandLine = Platform.Host.Settings.CommandLine;

namespace Platform.Host.Commands;

/// <summary>What an operator does on the machine itself, besides running the platform.</summary>
internal static class OperatorCommands
{
    /// <summary>Makes a new operator's token for one that was lost; a running platform takes it up within a second.</summary>
    public const string NewOperatorToken = "new-operator-token";

    /// <summary>Makes a new master key; the platform must not run meanwhile.</summary>
    public const string RotateMasterKey = "rotate-master-key";

    /// <summary>Runs the command that the arguments begin with; false when they begin with none.</summary>
    /// <exception cref="StartupException">It can't be done; the message says why.</exception>
    public static async Task<bool> TryRunAsync(IReadOnlyList<string> arguments, TextWriter output)
    {
        switch (arguments is [var verb, ..] ? verb : null)
        {
            case NewOperatorToken:
                ReplaceToken(DataDirectoryOf(arguments), output);
                return true;
            case RotateMasterKey:
                await RotateAsync(DataDirectoryOf(arguments), output);
                return true;
            default:
                return false;
        }
    }

    private static void ReplaceToken(string directory, TextWriter output)
    {
        if (ReadSettings(out _).OperatorTokenFile is { } mounted)
        {
            throw new StartupException($"Platform:OperatorTokenFile: the token is mounted at {mounted}; change it where it is mounted from, a running platform takes it up");
        }

        var file = OperatorToken.Replace(directory);
        output.WriteLine($"The operator's token in {file} is new; the one before stops working within a second, also on a running platform.");
    }

    private static async Task RotateAsync(string directory, TextWriter output)
    {
        var settings = ReadSettings(out var configuration);
        if (settings.MasterKey is not null)
        {
            throw new StartupException(
                "Platform:MasterKey: the key comes from a setting; start with a new one there and the one until now as Platform:PreviousMasterKey: the store's keys are then wrapped anew");
        }

        using var data = DataDirectory.Open(directory);
        var options = settings.ForControl(data, MasterKeys.Load(data, settings), configuration);
        var count = await ControlCommands.RotateMasterKeyAsync(options, MasterKeys.Propose(data, options.MasterKey), CancellationToken.None);
        MasterKeys.Settle(data);
        output.WriteLine($"The master key in {data.Path} is new, and {count} secrets were encrypted anew. Backups from before need the key from before.");
    }

    private static PlatformSettings ReadSettings(out IConfiguration configuration)
    {
        configuration = new ConfigurationBuilder().AddEnvironmentVariables().Build();
        return PlatformSettings.Read(configuration);
    }

    private static string DataDirectoryOf(IReadOnlyList<string> arguments) => HostCommandLine.ParseDataDirectory([.. arguments.Skip(1)]);
}
