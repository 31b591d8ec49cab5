using Platform.Worker.Artifacts;
using Platform.Worker.Tests;
using Xunit.MicrosoftTestingPlatform;

// The tests' own executable is also the compile process, as the host's is.
return args is [CompileCommand.Verb, ..]
    ? CompileCommand.Run(args)
    : await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions);
