using System.Text.Json.Serialization;

namespace Platform.Contracts.Api;

/// <summary>Where a version's deploy stands. In JSON: <c>compiling</c>, <c>ready</c>, <c>failed</c>, <c>removed</c>.</summary>
[JsonConverter(typeof(VersionStateConverter))]
public enum VersionState
{
    /// <summary>A worker has yet to compile it.</summary>
    Compiling,

    /// <summary>It can run.</summary>
    Ready,

    /// <summary>It was refused or could not be compiled; <c>reason</c> says why.</summary>
    Failed,

    /// <summary>It was old and is history only: it doesn't answer, and can't go live again.</summary>
    Removed,
}
