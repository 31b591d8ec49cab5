namespace Platform.Contracts.Invocation;

/// <summary>What a gateway asks a worker to run for one request (design section 9).</summary>
public sealed record InvocationTarget
{
    /// <summary>The tenant's slug.</summary>
    public required string Tenant { get; init; }

    /// <summary>The app's slug.</summary>
    public required string App { get; init; }

    /// <summary>The version's number.</summary>
    public required int Version { get; init; }

    /// <summary>The revision of the snapshot that it was chosen in.</summary>
    public long Revision { get; init; }

    /// <summary>The app's number: what keeps an app's requests together is told by it.</summary>
    public long AppId { get; init; }

    /// <summary>The component's id in the version.</summary>
    public required string Component { get; init; }

    /// <summary>The platform's id of the request.</summary>
    public required string RequestId { get; init; }

    /// <summary>The pattern of the route that matched, as the manifest has it.</summary>
    public required string Route { get; init; }

    /// <summary>The part of the path that a trailing <c>/...</c> matched (else empty), undecoded: <c>spin-path-info</c>.</summary>
    public string PathInfo { get; init; } = "";

    /// <summary>Spin's headers (<c>spin-*</c>), names in lower case; what the client sent by such names is not passed on.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> SpinHeaders { get; init; } = [];

    /// <summary>What other workers have had already of the time that the request may take.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>Calls among the app's components that led to this request; 0 for a client's.</summary>
    public int Depth { get; init; }
}
