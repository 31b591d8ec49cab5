namespace Platform.Deploy.Tests.Kubernetes;

/// <summary>A <c>kustomization.yaml</c>, as far as the tree's use them; a key that isn't here fails.</summary>
internal sealed class Kustomization
{
    public string ApiVersion { get; set; } = "";

    public string Kind { get; set; } = "";

    public string Namespace { get; set; } = "";

    public List<string> Resources { get; set; } = [];

    public List<Image> Images { get; set; } = [];

    public List<Generator> ConfigMapGenerator { get; set; } = [];

    public List<Generator> SecretGenerator { get; set; } = [];

    public List<Patch> Patches { get; set; } = [];

    internal sealed class Image
    {
        public string Name { get; set; } = "";

        public string NewName { get; set; } = "";

        public string NewTag { get; set; } = "";
    }

    /// <summary>Literals are <c>KEY=VALUE</c>, files <c>KEY=PATH</c>.</summary>
    internal sealed class Generator
    {
        public string Name { get; set; } = "";

        public string Type { get; set; } = "";

        public string Behavior { get; set; } = "";

        public List<string> Literals { get; set; } = [];

        public List<string> Files { get; set; } = [];

        /// <summary>The keys of what it makes.</summary>
        public IEnumerable<string> Keys => Literals.Concat(Files).Select(static one => one.Split('=', 2)[0]);
    }

    internal sealed class Patch
    {
        public string Path { get; set; } = "";
    }
}
