using Microsoft.AspNetCore.HttpOverrides;
using Platform.Contracts.Snapshots;
using Platform.Gateway.Tls;
using Platform.Host.Settings;
using Platform.Host.Startup;

namespace Platform.Host.Tls;

/// <summary>TLS of this process' own, and that of proxies in front of it.</summary>
internal static class TlsExtensions
{
    /// <summary>Adds the certificates that https addresses are served with.</summary>
    /// <exception cref="StartupException">There is an https address and no certificate, or a key without one.</exception>
    public static void AddTls(this WebApplicationBuilder builder, HostSettings settings, TlsSettings tls)
    {
        if (tls.CertificatePath is null)
        {
            if (settings.HasTls || tls.KeyPath is not null || tls.Password is not null)
            {
                var why = settings.HasTls ? $"--urls {settings.Urls.First(static url => url.IsTls)}" : "Platform:Tls:KeyPath or Password";
                throw new StartupException($"{why}: there is no certificate for it; set Platform:Tls:CertificatePath (and KeyPath) to PEM files, or to a PKCS#12 file");
            }

            return;
        }

        if (!settings.HasTls)
        {
            throw new StartupException("Platform:Tls:CertificatePath: no https address is listened on; give one with --urls, such as https://0.0.0.0:8443, or remove the setting");
        }

        // Read before anything starts: a wrong file is the operator's to mend, in one line.
        var time = TimeProvider.System;
        var files = new CertificateFiles(tls, time);
        var (certificate, key) = files.Read();
        files.Load(certificate, key);
        builder.Services.AddSingleton(provider => new OperatorCertificate(files, time, provider.GetRequiredService<ILogger<OperatorCertificate>>()));
        builder.Services.AddHostedService(static provider => provider.GetRequiredService<OperatorCertificate>());
        builder.Services.AddSingleton(static provider =>
        {
            var own = provider.GetRequiredService<OperatorCertificate>();
            return new ServerCertificates(provider.GetRequiredService<ISnapshotSource>(), () => own.Current, provider.GetRequiredService<ILogger<ServerCertificates>>());
        });
    }

    /// <summary>Adds whose word about the client is taken.</summary>
    /// <exception cref="StartupException">One is no network.</exception>
    public static void AddTrustedProxies(this IServiceCollection services, IReadOnlyList<string> networks)
    {
        var parsed = networks.Select((text, i) => System.Net.IPNetwork.TryParse(text, out var network) ? network : throw new StartupException(
            $"Platform:TrustedProxies:{i} '{text}': no network; write its first address and prefix length, as 10.0.0.0/8 or 192.0.2.7/32")).ToList();
        services.Configure<ForwardedHeadersOptions>(options =>
        {
            options.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost;

            // As many as there are trusted ones in a row; the framework trusts loopback by itself.
            options.ForwardLimit = null;
            options.KnownProxies.Clear();
            options.KnownIPNetworks.Clear();
            foreach (var network in parsed)
            {
                options.KnownIPNetworks.Add(network);
            }
        });
    }

    /// <summary>Takes their word, when there are any: without known proxies the framework would take everybody's.</summary>
    public static void UseTrustedProxies(this WebApplication app, IReadOnlyList<string> networks)
    {
        if (networks.Count > 0)
        {
            app.UseForwardedHeaders();
        }
    }
}
