namespace Platform.Contracts.Modules;

/// <summary>What workers call the kinds of handler that a module can have.</summary>
public static class HandlerKindNames
{
    /// <summary>A component that exports <c>wasi:http/incoming-handler</c>.</summary>
    public const string Http = "http-component";

    /// <summary>A preview1 command: a WAGI handler.</summary>
    public const string Wagi = "wagi-command";

    /// <summary>A component that exports <c>fermyon:spin/inbound-redis</c>.</summary>
    public const string Redis = "redis-component";
}
