namespace Platform.Runtime.Hosting;

/// <summary>What a handle stands for that another component lent for a call: the callee drops it before it returns.</summary>
/// <param name="Resource">The resource.</param>
/// <param name="Frame">The call.</param>
internal sealed record BorrowedHandle(Resource Resource, CallFrame Frame);
