namespace Platform.FunctionalTests.Backups;

/// <summary>What a platform has compiled. It is made anew where it is missing, which takes most of a test's time.</summary>
internal static class CompiledArtifacts
{
    /// <summary>Copies it from one data directory to another.</summary>
    public static void Keep(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(from, "artifacts"), "*", SearchOption.AllDirectories).Append(Path.Combine(from, "artifact.key")))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }
}
