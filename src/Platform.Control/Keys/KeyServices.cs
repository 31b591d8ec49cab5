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
        services.AddOptions<KeyManagementOptions>().Configure<KeyRingStore, ControlOptions>(static (management, store, control) =>
        {
            management.XmlRepository = store;
            management.XmlEncryptor = new MasterKeyEncryptor(control.MasterKey);
        });
    }
}
