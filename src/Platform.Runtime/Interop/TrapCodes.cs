namespace Platform.Runtime.Interop;

/// <summary>The trap codes that the platform tells apart (<c>wasmtime_trap_code_enum</c>, trap.h).</summary>
internal static class TrapCodes
{
    /// <summary><c>WASMTIME_TRAP_CODE_INTERRUPT</c>.</summary>
    public const byte Interrupt = 10;

    /// <summary><c>WASMTIME_TRAP_CODE_OUT_OF_FUEL</c>.</summary>
    public const byte OutOfFuel = 11;
}
