namespace Platform.Runtime.Canonical;

/// <summary>How the characters of one string stand in memory.</summary>
internal enum TextForm
{
    /// <summary>UTF-8.</summary>
    Utf8,

    /// <summary>UTF-16, little endian.</summary>
    Utf16,

    /// <summary>Latin-1: one byte for each.</summary>
    Latin1,
}
