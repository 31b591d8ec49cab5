namespace Platform.Worker.AppCalls;

/// <summary>The response that a calling component gets; once it is done with it, the called one is stopped if it still runs.</summary>
internal sealed class AppCallAnswer(AppCallExchange exchange) : HttpResponseMessage
{
    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            exchange.Abort();
        }

        base.Dispose(disposing);
    }
}
