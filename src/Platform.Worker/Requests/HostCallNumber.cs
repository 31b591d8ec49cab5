namespace Platform.Worker.Requests;

/// <summary>Names a host call that ends later, maybe when its request is long gone.</summary>
internal readonly record struct HostCallNumber(int Index, int Request);
