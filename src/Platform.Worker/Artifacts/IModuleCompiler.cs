namespace Platform.Worker.Artifacts;

/// <summary>Compiles a module file into an empty directory.</summary>
internal interface IModuleCompiler
{
    /// <summary>Compiles; the directory holds the artifact when it returns.</summary>
    /// <exception cref="Platform.Runtime.HandlerRefusedException">The module is refused; the reason is for the tenant.</exception>
    /// <exception cref="IOException">The output can't be written: disk full or read-only.</exception>
    /// <exception cref="ModuleUnavailableException">It couldn't be compiled now.</exception>
    Task CompileAsync(string input, string outputDirectory, CancellationToken cancellationToken);

    /// <summary>Ends when a module could be compiled now and nothing else waits to be: for what nobody waits for.</summary>
    Task WaitUntilIdleAsync(CancellationToken cancellationToken);
}
