using Platform.Host;
using Platform.Host.Settings;
using Platform.Host.Startup;
using Platform.Worker.Artifacts;

// First of all: the compile process gets nothing of what follows.
if (args is [CompileCommand.Verb, ..])
{
    return CompileCommand.Run(args);
}

if (args is ["--help" or "-h"])
{
    Console.WriteLine(CommandLine.Usage);
    return 0;
}

try
{
    SupportedSystem.Require();
    await Node.RunAsync(CommandLine.Parse(args));
    return 0;
}
catch (Exception e) when (StartupFailure.Explain(e) is { } line)
{
    await Console.Error.WriteLineAsync($"Platform.Host: {line}");
    return 1;
}
