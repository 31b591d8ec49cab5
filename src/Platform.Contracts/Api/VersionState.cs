using System.Text.Json.Serialization;

namespace Platform.Contracts.Api;

/// <summary>Where a version's deploy stands. In JSON: <c>compiling</c>, <c>ready</c>, <c>failed</c>.</summary>
[JsonConverter(typeof(VersionStateConverter))]
public enum VersionState
{
    /// <summary>A worker has yet to compile it.</summary>
    Compiling,

    /// <summary>It can run.</summary>
    Ready,

    /// <summary>It was refused or could not be compiled; <c>reason</c> says why.</summary>
    Failed,
}
