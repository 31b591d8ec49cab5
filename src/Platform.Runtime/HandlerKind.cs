namespace Platform.Runtime;

/// <summary>The kinds of handler that a tenant may upload (design: guests).</summary>
public enum HandlerKind
{
    /// <summary>A component that exports <c>wasi:http/incoming-handler@0.2.x</c>.</summary>
    HttpComponent,

    /// <summary>A core module with <c>_start</c> that imports <c>wasi_snapshot_preview1</c>: a WAGI (CGI) handler.</summary>
    WagiCommand,
}
