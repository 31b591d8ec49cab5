namespace Platform.Dashboard.Requests;

/// <summary>What a request used.</summary>
internal sealed record KeptReceipt(int Meter, int Version, long Fuel, long MemoryBytes, long CpuUs, long WallUs, bool IsCold);
