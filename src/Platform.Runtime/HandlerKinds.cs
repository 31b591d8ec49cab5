namespace Platform.Runtime;

/// <summary>What handlers an uploaded binary has (design: guests); a component can have several.</summary>
[Flags]
public enum HandlerKinds
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>A component that exports <c>wasi:http/incoming-handler@0.2.x</c>.</summary>
    HttpComponent = 1,

    /// <summary>A core module with <c>_start</c> that imports <c>wasi_snapshot_preview1</c>: a WAGI (CGI) handler.</summary>
    WagiCommand = 2,

    /// <summary>A component that exports <c>fermyon:spin/inbound-redis</c>.</summary>
    RedisComponent = 4,
}
