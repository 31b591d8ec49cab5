using System.Globalization;
using Platform.Contracts.Requests;
using Platform.Worker.Logs;

namespace Platform.Worker.Requests;

/// <summary>Makes of a request's times its spans: the request, its phases one after the other, and in the last of them the host calls.</summary>
internal static class RequestSpans
{
    private const int MaxText = 256;

    /// <summary>The spans of a request that ran.</summary>
    public static IReadOnlyList<RequestSpan> Of(in EndedRequest ended, Invocation.Invocation invocation, TimeProvider time)
    {
        var (began, result, calls) = (ended.Exchange.Began, invocation.Result, invocation.Calls.ToArray());
        var spans = new List<RequestSpan>(calls.Length + 5) { new("request", 0, Us(ended.Duration), null) };
        var at = time.GetElapsedTime(began, invocation.Begun);
        if (ended.IsCold)
        {
            spans.Add(new RequestSpan("load", 0, Us(at), 0));
        }

        Add("queue", invocation.Queued);
        Add("instantiate", result.Instantiate);
        Add("run", result.Wall - result.Instantiate);
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
