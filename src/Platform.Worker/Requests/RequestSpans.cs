using System.Globalization;
using Platform.Contracts.Requests;
using Platform.Worker.Logs;

namespace Platform.Worker.Requests;

/// <summary>Makes of a request's times its spans: the request, its phases one after the other, and in the last of them the host calls.</summary>
internal static class RequestSpans
{
    private const int MaxText = 256;

    /// <summary>The spans of a request that ran.</summary>
    /// <param name="began">When it began, a timestamp of the clock.</param>
    /// <param name="whole">How long it took.</param>
    /// <param name="queuedAt">When it began to wait for a thread.</param>
    /// <param name="queued">How long.</param>
    /// <param name="instantiate">How long making its instances took.</param>
    /// <param name="sandbox">How long it was in the sandbox, that included.</param>
    /// <param name="isCold">Whether its module was loaded before.</param>
    /// <param name="calls">Its host calls.</param>
    /// <param name="time">The clock.</param>
    public static IReadOnlyList<RequestSpan> Of(
        long began, TimeSpan whole, long queuedAt, TimeSpan queued, TimeSpan instantiate, TimeSpan sandbox, bool isCold, HostCall[] calls, TimeProvider time)
    {
        var spans = new List<RequestSpan>(calls.Length + 5) { new("request", 0, Us(whole), null) };
        var at = time.GetElapsedTime(began, queuedAt);
        if (isCold)
        {
            spans.Add(new RequestSpan("load", 0, Us(at), 0));
        }

        Add("queue", queued);
        Add("instantiate", instantiate);
        Add("run", sandbox - instantiate);
        var run = spans.Count - 1;
        foreach (var call in calls)
        {
            spans.Add(new RequestSpan(
                Cut(call.Name), Us(time.GetElapsedTime(began, call.Began)), Us(time.GetElapsedTime(call.Began, call.Ended)), run, AttributesOf(call)));
        }

        return spans;

        void Add(string name, TimeSpan duration)
        {
            spans.Add(new RequestSpan(name, Us(at), Us(duration), 0));
            at += duration;
        }
    }

    // Names as OpenTelemetry's conventions for HTTP clients have them.
    private static Dictionary<string, string>? AttributesOf(in HostCall call)
    {
        var attributes = new Dictionary<string, string>();
        if (call.Server is { } server)
        {
            attributes["http.request.method"] = Cut(call.Name);
            attributes["url.scheme"] = server.Scheme;
            attributes["server.address"] = Cut(server.Host);
            attributes["server.port"] = server.Port.ToString(CultureInfo.InvariantCulture);
        }

        if (call.Status != 0)
        {
            attributes["http.response.status_code"] = call.Status.ToString(CultureInfo.InvariantCulture);
        }

        if (call.IsFailed)
        {
            attributes["error.type"] = "failed";
        }

        return attributes.Count == 0 ? null : attributes;
    }

    private static long Us(TimeSpan time) => Math.Max(0, (long)time.TotalMicroseconds);

    private static string Cut(string text) => LogText.Cut(text, MaxText);
}
