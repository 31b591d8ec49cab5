using System.Net;

namespace Platform.Cluster.Http;

/// <summary>Calls to a control plane: to the one that answered last, and when it doesn't, to the others in turn. Thread-safe.</summary>
internal sealed class ControlClient(ClusterOptions options, InternalHttp http)
{
    private int _preferred;

    /// <summary>Sends a request to a control plane that takes it.</summary>
    /// <param name="method">The method.</param>
    /// <param name="path">Path and query.</param>
    /// <param name="content">Makes the body, once an attempt; null for none.</param>
    /// <param name="timeout">Until the response's head, of one attempt.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>A response that is no 5xx.</returns>
    /// <exception cref="ControlUnavailableException">None answered, or all with an error of their own.</exception>
    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, Func<HttpContent>? content, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var first = Volatile.Read(ref _preferred);
        Exception? failure = null;
        for (var i = 0; i < options.ControlUrls.Count; i++)
        {
            var index = (first + i) % options.ControlUrls.Count;
            using var request = InternalHttp.Request(method, options.ControlUrls[index], path);
            request.Content = content?.Invoke();
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(timeout);
            try
            {
                var response = await http.Invoker.SendAsync(request, limit.Token);
                if (response.StatusCode < HttpStatusCode.InternalServerError)
                {
                    Volatile.Write(ref _preferred, index);
                    return response;
                }

                failure = new ControlUnavailableException($"{options.ControlUrls[index]} answered {(int)response.StatusCode}");
                response.Dispose();
            }
            catch (HttpRequestException e)
            {
                failure = e;
            }
            catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
            {
                failure = new ControlUnavailableException($"{options.ControlUrls[index]} didn't answer in {timeout.TotalSeconds:0} s", e);
            }
        }

        throw failure as ControlUnavailableException ?? new ControlUnavailableException($"no control plane can be reached: {failure?.Message}", failure);
    }
}
