using Platform.Host;
using Platform.Host.Commands;
using Platform.Host.Startup;
using Platform.Worker.Artifacts;
using HostCommandLine = Platform.Host.Settings.CommandLine;

// First of all: the compile process gets nothing of what follows.
if (args is [CompileCommand.Verb, ..])
{
    return CompileCommand.Run(args);
}

if (args is ["--help" or "-h"])
{
    Console.WriteLine(HostCommandLine.Usage);
    return 0;
}

try
{
    SupportedSystem.Require();
    if (await OperatorCommands.TryRunAsync(args, Console.Out))
    {
        return 0;
    }

    await Node.RunAsync(HostCommandLine.Parse(args));
    return 0;
}
catch (Exception e) when (StartupFailure.Explain(e) is { } line)
{
    await Console.Error.WriteLineAsync($"Platform.Host: {line}");
    return 1;
}
