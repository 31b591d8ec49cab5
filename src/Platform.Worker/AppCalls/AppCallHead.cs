using Microsoft.AspNetCore.Http.Features;

namespace Platform.Worker.AppCalls;

/// <summary>The head of a called component's response.</summary>
internal sealed class AppCallHead : HttpResponseFeature
{
    private bool _hasStarted;

    /// <inheritdoc/>
    public override bool HasStarted => _hasStarted;

    /// <summary>From here on it can't be changed.</summary>
    public void Begin() => _hasStarted = true;
}
