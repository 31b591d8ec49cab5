using Microsoft.AspNetCore.Http;
using Platform.Contracts.Snapshots;

namespace Platform.Gateway.Splitting;

/// <summary>Says which version of a split app answers a request.</summary>
/// <param name="random">Thread-safe when requests are.</param>
internal sealed class VersionChooser(Random random)
{
    /// <summary>The version by weight.</summary>
    public int Choose(TrafficSnapshot traffic)
    {
        var roll = random.Next(100);
        foreach (var share in traffic.Shares)
        {
            roll -= share.Percent;
            if (roll < 0)
            {
                return share.Version;
            }
        }

        throw new InvalidOperationException("The shares don't sum to 100.");
    }

    /// <summary>The client's version while it has a share, else one by weight, which it is told by a cookie when the app is sticky.</summary>
    /// <param name="context">The request.</param>
    /// <param name="traffic">The app's.</param>
    /// <param name="cookies">What the client presented; null for none.</param>
    /// <param name="answer">The cookie of this response, kept between attempts.</param>
    public int Choose(HttpContext context, TrafficSnapshot traffic, List<string>? cookies, ref StickyAnswer? answer)
    {
        if (traffic.StickyKey is not { } key)
        {
            return Choose(traffic);
        }

        for (var i = 0; i < cookies?.Count; i++)
        {
            if (StickyCookie.TryRead(cookies[i], key, out var known) && traffic.Has(known))
            {
                return known;
            }
        }

        var chosen = Choose(traffic);
        var value = StickyCookie.Write(chosen, key);
        if (answer is null)
        {
            answer = new StickyAnswer(context, value);
        }
        else
        {
            answer.Value = value;
        }

        return chosen;
    }
}
