using System.Data.Common;
using System.Runtime.InteropServices;
using Platform.Control;
using Platform.Host.Commands.Backups;
using Platform.Host.Commands.Moves;
using Platform.Host.Settings;
using Platform.Host.Startup;
using StackExchange.Redis;
using HostCommandLine = Platform.Host.Settings.CommandLine;

namespace Platform.Host.Commands;

/// <summary>What an operator does on the machine itself, besides running the platform.</summary>
internal static class OperatorCommands
{
    /// <summary>Makes a new operator's token for one that was lost; a running platform takes it up within a second.</summary>
    public const string NewOperatorToken = "new-operator-token";

    /// <summary>Makes a new master key; the platform must not run meanwhile.</summary>
    public const string RotateMasterKey = "rotate-master-key";

    /// <summary>Writes everything into one file, also while the platform runs.</summary>
    public const string Backup = "backup";

    /// <summary>Puts a backup into an empty installation.</summary>
    public const string Restore = "restore";

    /// <summary>Moves everything from SQLite and the embedded Garnet to PostgreSQL and Redis; the platform must not run meanwhile.</summary>
    public const string Move = "move";

    /// <summary>Says whether a platform on this machine is healthy.</summary>
    public const string Health = "health";

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
            case Backup:
                var backup = HostCommandLine.ParseBackup([.. arguments.Skip(1)]);
                await RunLongAsync($"--to {backup.To}: no file was left", (platform, configuration, stopped) => BackupCommand.RunAsync(backup, platform, configuration, output, stopped));
                return true;
            case Restore:
                var restore = HostCommandLine.ParseRestore([.. arguments.Skip(1)]);
                await RunLongAsync($"--from {restore.From}: nothing was restored", (platform, configuration, stopped) => RestoreCommand.RunAsync(restore, platform, configuration, output, stopped));
                return true;
            case Move:
                var move = HostCommandLine.ParseMove([.. arguments.Skip(1)]);
                await RunLongAsync(
                    "the move isn't over (run it again: its source is as it was)", (platform, configuration, stopped) => MoveCommand.RunAsync(move, platform, configuration, output, stopped));
                return true;
            case Health:
                await HealthCommand.RunAsync(HostCommandLine.ParseHealth([.. arguments.Skip(1)]), output);
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
        var options = settings.ForControl(data, MasterKeys.Load(data, settings), sqliteShards: null, configuration);
        var count = await ControlCommands.RotateMasterKeyAsync(options, MasterKeys.Propose(data, options.MasterKey), CancellationToken.None);
        MasterKeys.Settle(data);
        output.WriteLine($"The master key in {data.Path} is new, and {count} secrets were encrypted anew. Backups from before need the key from before.");
    }

    // Of what servers and disks say, one line; a signal ends it as a failure does.
    private static async Task RunLongAsync(string left, Func<PlatformSettings, IConfiguration, CancellationToken, Task> run)
    {
        var settings = ReadSettings(out var configuration);
        using var stop = new CancellationTokenSource();
        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }

        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        try
        {
            await run(settings, configuration, stop.Token);
        }
        catch (Exception e) when (stop.IsCancellationRequested && e is not StartupException)
        {
            throw new StartupException($"{left}, since it was stopped");
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            throw new StartupException($"{left} (the key-value server, ConnectionStrings:Redis or the embedded Garnet, failed: {OneLine.Of(e.Message)})");
        }
        catch (Exception e) when (e is DbException or IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"{left} ({OneLine.Of(e.Message)})");
        }
    }

    private static PlatformSettings ReadSettings(out IConfiguration configuration)
    {
        configuration = new ConfigurationBuilder().AddSettings().Build();
        return PlatformSettings.Read(configuration);
    }

    private static string DataDirectoryOf(IReadOnlyList<string> arguments) => HostCommandLine.ParseDataDirectory([.. arguments.Skip(1)]);
}
