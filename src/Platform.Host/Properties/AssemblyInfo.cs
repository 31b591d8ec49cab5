using System.Runtime.Versioning;

// Startup refuses every other system (SupportedSystem), so nothing behind it needs to ask again.
[assembly: SupportedOSPlatform("linux")]
