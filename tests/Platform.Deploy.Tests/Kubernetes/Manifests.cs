using k8s;
using k8s.Models;

namespace Platform.Deploy.Tests.Kubernetes;

/// <summary>A directory of <c>deploy/kubernetes</c>: its kustomization and the objects of its files, read strictly (an unknown field fails) into the types of Kubernetes' client.</summary>
internal sealed class Manifests
{
    private Manifests(string directory)
    {
        Directory = directory;
        Kustomization = Yaml.Read<Kustomization>($"{directory}/kustomization.yaml");
        Objects = [.. Files.SelectMany(file => Read(File.ReadAllText(Repository.In($"{directory}/{file}"))))];
    }

    public static Manifests Base { get; } = new("deploy/kubernetes/base");

    public static Manifests Example { get; } = new("deploy/kubernetes/overlays/example");

    public string Directory { get; }

    public Kustomization Kustomization { get; }

    /// <summary>The files beside the kustomization.</summary>
    public IEnumerable<string> Files => System.IO.Directory.GetFiles(Repository.In(Directory), "*.yaml").Select(static file => Path.GetFileName(file)).Where(static name => name != "kustomization.yaml").Order();

    public IReadOnlyList<IKubernetesObject<V1ObjectMeta>> Objects { get; }

    public IEnumerable<Workload> Pods =>
        All<V1Deployment>().Select(static one => new Workload(one.Metadata.Name, one.Spec.Replicas, one.Spec.Selector, one.Spec.Template, []))
        .Concat(All<V1StatefulSet>().Select(static one => new Workload(one.Metadata.Name, one.Spec.Replicas, one.Spec.Selector, one.Spec.Template, [.. one.Spec.VolumeClaimTemplates])));

    public static IEnumerable<IKubernetesObject<V1ObjectMeta>> Read(string text) => KubernetesYaml.LoadAllFromString(text, strict: true).Cast<IKubernetesObject<V1ObjectMeta>>();

    public IEnumerable<T> All<T>() => Objects.OfType<T>();
}
