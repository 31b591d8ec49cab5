namespace Platform.Contracts.Requests;

/// <summary>What a request cost: the fields of <c>platform-receipt</c> (design section 5).</summary>
/// <param name="Meter">The version of the meter that counted the fuel.</param>
/// <param name="Version">The version that ran.</param>
/// <param name="Fuel">Fuel used, host calls included.</param>
/// <param name="MemoryBytes">Bytes of its memories at the end.</param>
/// <param name="CpuUs">Processor time, microseconds.</param>
/// <param name="WallUs">Time in the sandbox, microseconds: without the queue and the sending.</param>
/// <param name="IsCold">Whether it waited for its module to be loaded.</param>
public sealed record RequestReceipt(int Meter, int Version, long Fuel, long MemoryBytes, long CpuUs, long WallUs, bool IsCold);
