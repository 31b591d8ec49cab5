namespace Platform.Worker.Artifacts;

/// <summary>A module can't be had now (unknown blob, no room on disk, compiler failed): the platform's trouble, not the tenant's. The message says why.</summary>
internal sealed class ModuleUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
