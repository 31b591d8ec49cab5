namespace Platform.Contracts.Variables;

/// <summary>How many variables there may be and how long their values (design section 6; the same as Cloudflare's).</summary>
public static class VariableLimits
{
    /// <summary>Variables of an application's manifest, of a component, and variables and secrets together that are set for an app.</summary>
    public const int Count = 64;

    /// <summary>Bytes of a value in UTF-8.</summary>
    public const int ValueBytes = 5 << 10;
}
