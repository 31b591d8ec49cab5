using System.Collections.Concurrent;
using System.Text;
using Platform.Contracts.Http;

namespace Platform.Control.Tests.Hosting;

/// <summary>The web servers of tenants' domains: nobody answers but where the test says what.</summary>
internal sealed class FakeWeb : ISafeHttpFetcher
{
    private readonly ConcurrentDictionary<string, string> _pages = new();

    public void Set(string url, string body) => _pages[url] = body;

    public void Remove(string url) => _pages.TryRemove(url, out _);

    public Task<SafeHttpAnswer> GetAsync(Uri url, int maxBytes, TimeSpan timeout, CancellationToken cancellationToken) =>
        Task.FromResult(_pages.TryGetValue(url.AbsoluteUri, out var body) ? new SafeHttpAnswer(200, Encoding.ASCII.GetBytes(body)) : SafeHttpAnswer.None);
}
