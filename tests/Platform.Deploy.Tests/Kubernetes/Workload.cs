using k8s.Models;

namespace Platform.Deploy.Tests.Kubernetes;

/// <summary>What makes pods: a Deployment or a StatefulSet.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Replicas">How many; null where an autoscaler says so.</param>
/// <param name="Selector">How it knows its pods.</param>
/// <param name="Template">The pods.</param>
/// <param name="Claims">The volumes that each of its pods has for good.</param>
internal sealed record Workload(string Name, int? Replicas, V1LabelSelector Selector, V1PodTemplateSpec Template, IReadOnlyList<V1PersistentVolumeClaim> Claims)
{
    // What Kubernetes may put in place of a reference; one to anything else fails.
    private static readonly Dictionary<string, string> s_ofPod = new()
    {
        ["status.podIP"] = "10.1.2.3",
        ["metadata.labels['topology.kubernetes.io/zone']"] = "zone-a",
        ["metadata.labels['apps.kubernetes.io/pod-index']"] = "1",
    };

    public V1Container Container => Assert.Single(Template.Spec.Containers);

    /// <summary>What the container is told in its own environment.</summary>
    public IEnumerable<KeyValuePair<string, string>> Environment => Container.Env.Select(static one => KeyValuePair.Create(one.Name, one.Value ?? s_ofPod[one.ValueFrom.FieldRef.FieldPath]));

    public IEnumerable<string> Ports => Container.Ports.Select(static port => port.Name);

    public bool IsSelectedBy(V1LabelSelector selector) =>
        (selector.MatchLabels?.All(one => Label(one.Key) == one.Value) ?? true)
        && (selector.MatchExpressions?.All(one => one.OperatorProperty == "In" && one.Values.Contains(Label(one.Key))) ?? true);

    private string? Label(string key) => Template.Metadata.Labels.TryGetValue(key, out var value) ? value : null;
}
