namespace Platform.Control.People;

/// <summary>What users are called.</summary>
internal static class UserNames
{
    /// <summary>The most characters.</summary>
    public const int MaxLength = 100;

    /// <summary>A name that somebody else vouches for, made fit to be kept and shown.</summary>
    public static string Clean(string? name, string otherwise)
    {
        var clean = new string([.. (name ?? "").Where(c => !char.IsControl(c)).Take(MaxLength)]).Trim();
        return clean.Length > 0 ? clean : otherwise;
    }
}
