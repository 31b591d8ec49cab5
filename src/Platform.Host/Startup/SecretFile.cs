using System.Text;

namespace Platform.Host.Startup;

/// <summary>Small files that hold a secret, for this user only (mode 0600).</summary>
internal static class SecretFile
{
    /// <summary>Writes a file beside its place and moves it there: a process killed here leaves no half a secret.</summary>
    public static void Write(string file, string text)
    {
        var temporary = file + ".new";
        using (var stream = new FileStream(temporary, new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
        {
            stream.Write(Encoding.ASCII.GetBytes(text + "\n"));
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, file, overwrite: true);
    }

    /// <summary>Reads a file.</summary>
    /// <param name="setting">What names the file.</param>
    /// <param name="file">The file.</param>
    /// <exception cref="StartupException">It can't be read.</exception>
    public static string Read(string setting, string file)
    {
        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"{setting}: {file} can't be read ({OneLine.Of(e.Message)}); make it readable for this user");
        }
    }
}
