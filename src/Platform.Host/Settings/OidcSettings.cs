using Platform.Control.Oidc;
using Platform.Host.Startup;

namespace Platform.Host.Settings;

/// <summary>The OpenID Connect authority whose users may sign in (<c>Platform:Oidc</c>); none while <see cref="Authority"/> isn't set.</summary>
internal sealed class OidcSettings
{
    /// <summary>The authority's issuer URL.</summary>
    public Uri? Authority { get; set; }

    /// <summary>What the authority calls this platform.</summary>
    public string? ClientId { get; set; }

    /// <summary>The secret of a confidential client.</summary>
    public string? ClientSecret { get; set; }

    /// <summary>The audience of tokens that are sent to the API as they are; null takes the client's id.</summary>
    public string? Audience { get; set; }

    /// <summary>Refuses what can't work.</summary>
    /// <exception cref="StartupException">A setting is missing or wrong.</exception>
    public void Check()
    {
        if (Authority is null)
        {
            return;
        }

        if (!Authority.IsAbsoluteUri || !(Authority.Scheme == Uri.UriSchemeHttps || (Authority.Scheme == Uri.UriSchemeHttp && Authority.IsLoopback)))
        {
            throw new StartupException($"Platform:Oidc:Authority '{Authority}': give the authority's https URL, such as https://login.example.org");
        }

        if (string.IsNullOrEmpty(ClientId))
        {
            throw new StartupException("Platform:Oidc:ClientId is not set: give what the authority calls this platform");
        }
    }

    /// <summary>As the control plane takes it.</summary>
    public OidcOptions? ToOptions() => Authority is null
        ? null
        : new OidcOptions { Authority = Authority, ClientId = ClientId!, ClientSecret = ClientSecret, Audience = Audience };
}
