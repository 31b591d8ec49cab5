using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.DependencyInjection;

namespace Platform.Control.Keys;

/// <summary>Registers the key ring and the framework's data protection on it.</summary>
internal static class KeyServices
{
    public static void AddKeys(this IServiceCollection services)
    {
        services.AddSingleton<KeyRingStore>();
        services.AddSingleton<KeyRing>();
        services.AddDataProtection().SetApplicationName("platform").DisableAutomaticKeyGeneration();

        // It reads the ring as the host starts: before the store has its tables, and what is missing then would be reported as an error. KeyRing does that in its turn.
        services.Remove(services.Single(static service => service.ImplementationType?.Name == "DataProtectionHostedService"));
        services.AddOptions<KeyManagementOptions>().Configure<KeyRingStore, ControlOptions>(static (management, store, control) =>
        {
            management.XmlRepository = store;
            management.XmlEncryptor = new MasterKeyEncryptor(control.MasterKey);
        });
    }
}
