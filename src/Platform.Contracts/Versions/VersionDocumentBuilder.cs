using Platform.Contracts.Manifests;

namespace Platform.Contracts.Versions;

/// <summary>Makes a version's document of a manifest and what was uploaded with it, or of a single module.</summary>
public static class VersionDocumentBuilder
{
    /// <summary>The document of a module deployed without a manifest: the component <c>default</c> on every path.</summary>
    public static VersionDocument SingleModule(string sha256) => new()
    {
        Components = [new ComponentDocument { Id = "default", ModuleSha256 = sha256 }],
        Routes = [new RouteDocument("/...", "default")],
    };

    /// <summary>The document of a manifest.</summary>
    /// <param name="manifest">A valid manifest.</param>
    /// <param name="uploads">The deploy's files by <see cref="RelativePath.Normalize"/>d path.</param>
    /// <returns>The document, or what is missing, and files that nothing asks for.</returns>
    public static VersionDocumentResult Build(AppManifest manifest, IReadOnlyDictionary<string, UploadedFile> uploads)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        ArgumentNullException.ThrowIfNull(uploads);
        var errors = new List<ManifestError>();
        var unused = uploads.Where(static upload => !upload.Value.IsArchived).Select(static upload => upload.Key).ToHashSet(StringComparer.Ordinal);
        var components = new List<ComponentDocument>();
        foreach (var component in Runnable(manifest))
        {
            unused.Remove(component.Source);
            if (!uploads.TryGetValue(component.Source, out var module))
            {
                errors.Add(new ManifestError(
                    $"The module of the component '{component.Id}' was not uploaded: send it as the part '{component.Source}'.", component.Line, component.Column));
                continue;
            }

            components.Add(new ComponentDocument
            {
                Id = component.Id,
                ModuleSha256 = module.Sha256,
                Environment = component.Environment,
                Files = FilesOf(component, uploads, unused, errors),
                Variables = component.Variables,
                KeyValueStores = component.KeyValueStores,
                SqliteDatabases = component.SqliteDatabases,
                AllowedOutboundHosts = component.AllowedOutboundHosts,
                Limits = component.Limits,
                Dependencies = DependenciesOf(component, manifest, uploads, unused, errors),
            });
        }

        if (unused.Count > 0)
        {
            errors.Add(new ManifestError($"The part '{unused.Min(StringComparer.Ordinal)}' belongs to nothing: no 'source' and no 'files' names it.", 1, 1));
        }

        var document = new VersionDocument
        {
            Components = components,
            Routes = manifest.Routes,
            RedisTriggers = manifest.RedisTriggers,
            Variables = manifest.Variables,
            Receipts = manifest.Receipts,
        };
        return new VersionDocumentResult(errors.Count == 0 ? document : null, errors);
    }

    // One that only others depend on is no handler.
    private static IEnumerable<ManifestComponent> Runnable(AppManifest manifest)
    {
        var dependencies = manifest.Components.SelectMany(static component => component.Dependencies).Select(static dependency => dependency.Component).ToHashSet(StringComparer.Ordinal);
        return manifest.Components.Where(component => component.HasTrigger || !dependencies.Contains(component.Id));
    }

    private static List<DependencyDocument> DependenciesOf(
        ManifestComponent component, AppManifest manifest, IReadOnlyDictionary<string, UploadedFile> uploads, HashSet<string> unused, List<ManifestError> errors)
    {
        var dependencies = new List<DependencyDocument>();
        foreach (var dependency in component.Dependencies)
        {
            var path = dependency.Path ?? manifest.Components.First(other => other.Id == dependency.Component).Source;
            unused.Remove(path);
            if (uploads.TryGetValue(path, out var module))
            {
                dependencies.Add(new DependencyDocument(dependency.Name, module.Sha256, dependency.Export, dependency.Inherits));
            }
            else
            {
                errors.Add(new ManifestError(
                    $"The dependency \"{dependency.Name}\" of the component '{component.Id}' was not uploaded: send it as the part '{path}'.", dependency.Line, dependency.Column));
            }
        }

        return dependencies;
    }

    private static List<FileDocument> FilesOf(
        ManifestComponent component, IReadOnlyDictionary<string, UploadedFile> uploads, HashSet<string> unused, List<ManifestError> errors)
    {
        var files = new SortedDictionary<string, FileDocument>(StringComparer.Ordinal);
        var excluded = component.ExcludeFiles.Select(Parse).ToArray();
        foreach (var mount in component.Files)
        {
            var glob = mount.Destination is null ? Parse(mount.Source) : null;
            var found = false;
            foreach (var (path, upload) in uploads)
            {
                var destination = glob is null ? Mounted(path, mount) : glob.IsMatch(path) ? "/" + path : null;
                if (destination is null)
                {
                    continue;
                }

                found = true;
                unused.Remove(path);
                if (!Array.Exists(excluded, exclude => exclude.IsMatch(path)))
                {
                    files[destination] = new FileDocument(destination, upload.Size, upload.Sha256);
                }
            }

            if (!found)
            {
                errors.Add(new ManifestError(
                    $"'{mount.Source}' in the files of the component '{component.Id}' matches nothing that was uploaded.", component.Line, component.Column));
            }
        }

        if (files.Keys.FirstOrDefault(path => HasFileAbove(path, files)) is { } below)
        {
            errors.Add(new ManifestError(
                $"The files of the component '{component.Id}' make '{below}', which lies below a file: give one of the two another destination.", component.Line, component.Column));
        }

        return [.. files.Values];
    }

    private static bool HasFileAbove(string path, SortedDictionary<string, FileDocument> files)
    {
        for (var slash = path.LastIndexOf('/'); slash > 0; slash = path.LastIndexOf('/', slash - 1))
        {
            if (files.ContainsKey(path[..slash]))
            {
                return true;
            }
        }

        return false;
    }

    // A directory's files keep their path below it; a single file goes to the destination itself.
    private static string? Mounted(string path, ManifestMount mount)
    {
        var root = mount.Destination == "/" ? "" : mount.Destination!;
        if (mount.Source.Length == 0)
        {
            return $"{root}/{path}";
        }

        if (path.StartsWith(mount.Source, StringComparison.Ordinal))
        {
            var rest = path[mount.Source.Length..];
            return rest.StartsWith('/') ? root + rest : rest.Length == 0 && root.Length > 0 ? root : null;
        }

        return null;
    }

    private static Glob Parse(string text) =>
        Glob.TryParse(text, out var glob) ? glob : throw new ArgumentException($"'{text}' is no glob; the manifest was not parsed by {nameof(ManifestParser)}.");
}
