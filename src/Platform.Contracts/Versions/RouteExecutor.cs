using System.Text.Json.Serialization;

namespace Platform.Contracts.Versions;

/// <summary>How a route calls its component.</summary>
[JsonConverter(typeof(RouteExecutorConverter))]
public enum RouteExecutor
{
    /// <summary>As what it is: <c>wasi:http</c> for a component, WAGI for a preview1 command.</summary>
    Default,

    /// <summary>As WAGI (<c>executor = { type = "wagi" }</c>); the component must be a preview1 command.</summary>
    Wagi,
}
