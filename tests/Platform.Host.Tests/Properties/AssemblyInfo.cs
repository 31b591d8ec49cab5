using System.Runtime.Versioning;

// As the program's.
[assembly: SupportedOSPlatform("linux")]
