using k8s.Models;

namespace Platform.Deploy.Tests.Kubernetes;

/// <summary>Who reaches whom by <c>deploy/kubernetes/base/network-policies.yaml</c>, as Kubernetes judges it: both sides have to allow it.</summary>
public sealed class NetworkPolicyTests
{
    private static readonly IReadOnlyList<V1NetworkPolicy> Policies = [.. Manifests.Base.All<V1NetworkPolicy>()];

    [Fact]
    public void Pods_ReachOfEachOther_WhatTheirRolesAsk()
    {
        var reached = from source in Manifests.Base.Pods
                      from target in Manifests.Base.Pods
                      from port in target.Ports
                      where LetsIn(target, port, peer => IsPod(peer, source)) && LetsOut(source, port, peer => IsPod(peer, target))
                      select $"{source.Name} -> {target.Name}:{port}";
        Assert.Equal(
            [
                "control -> worker:internal", "gateway -> control:internal", "gateway -> worker:internal", "sqlite -> control:internal", "worker -> control:internal", "worker -> sqlite:internal",
                "worker -> worker:internal",
            ],
            reached.Where(static one => !one.Contains("gateway:", StringComparison.Ordinal)).Order());
    }

    [Fact]
    public void Everybody_ReachesTheGatewaysPublicPorts_AndNothingElse()
    {
        var reached = from target in Manifests.Base.Pods from port in target.Ports where LetsIn(target, port, static _ => false) select $"{target.Name}:{port}";
        Assert.Equal(["gateway:http", "gateway:https"], reached.Order());
    }

    [Fact]
    public void Monitoring_ReachesMetrics_AndNothingElseThatIsNotPublic()
    {
        static bool IsMonitoring(V1NetworkPolicyPeer peer) => peer.NamespaceSelector?.MatchLabels["kubernetes.io/metadata.name"] == "monitoring";
        var reached = from target in Manifests.Base.Pods from port in target.Ports where port is not ("http" or "https") && LetsIn(target, port, IsMonitoring) select $"{target.Name}:{port}";
        Assert.Equal(["control:metrics", "gateway:metrics", "sqlite:metrics", "worker:metrics"], reached.Order());
    }

    [Fact]
    public void Default_IsToDeny()
    {
        var all = Policies.Single(static policy => policy.Metadata.Name == "default-deny").Spec;
        Assert.True(all.PodSelector.MatchLabels is null or { Count: 0 });
        Assert.Equal(["Egress", "Ingress"], all.PolicyTypes.Order());
        Assert.True(all.Ingress is null or { Count: 0 });
        Assert.True(all.Egress is null or { Count: 0 });
    }

    [Fact]
    public void Internet_IsReachedByWorkersAndControlPlanes_PrivateNetworksByNobody()
    {
        var open = Policies.Where(static policy => policy.Spec.Egress?.Any(static rule => rule.To?.Any(static peer => peer.IpBlock is not null) ?? false) ?? false).ToList();
        Assert.Equal(["control", "worker"], open.Select(static policy => policy.Metadata.Name).Order());
        foreach (var block in open.SelectMany(static policy => policy.Spec.Egress).SelectMany(static rule => rule.To).Select(static peer => peer.IpBlock).OfType<V1IPBlock>())
        {
            Assert.Equal(block.Cidr == "::/0" ? ["fc00::/7", "fe80::/10"] : ["10.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"], block.Except.Order());
        }

        // To wherever the stores are, by their port alone: the example says where.
        var stores = Policies.Where(static policy => policy.Spec.Egress?.Any(static rule => rule.To is null) ?? false).ToDictionary(static policy => policy.Metadata.Name, static policy => policy.Spec.Egress.Single().Ports.Single().Port.Value);
        Assert.Equal(new Dictionary<string, string> { ["postgres"] = "5432", ["redis"] = "6379" }, stores);
        Assert.All(Manifests.Example.All<V1NetworkPolicy>(), policy => Assert.Equal(stores[policy.Metadata.Name], policy.Spec.Egress.Single(static rule => rule.To.Single().IpBlock is not null).Ports.Single().Port.Value));
    }

    private static bool LetsIn(Workload target, string port, Func<V1NetworkPolicyPeer, bool> isSource) => Policies
        .Where(policy => policy.Spec.PolicyTypes.Contains("Ingress") && target.IsSelectedBy(policy.Spec.PodSelector))
        .SelectMany(static policy => policy.Spec.Ingress ?? [])
        .Any(rule => (rule.FromProperty is null || rule.FromProperty.Any(isSource)) && (rule.Ports is null || rule.Ports.Any(one => one.Port.Value == port)));

    private static bool LetsOut(Workload source, string port, Func<V1NetworkPolicyPeer, bool> isTarget) => Policies
        .Where(policy => policy.Spec.PolicyTypes.Contains("Egress") && source.IsSelectedBy(policy.Spec.PodSelector))
        .SelectMany(static policy => policy.Spec.Egress ?? [])
        .Any(rule => (rule.To is null || rule.To.Any(isTarget)) && (rule.Ports is null || rule.Ports.Any(one => one.Port.Value == port)));

    private static bool IsPod(V1NetworkPolicyPeer peer, Workload pod) => peer.NamespaceSelector is null && peer.IpBlock is null && pod.IsSelectedBy(peer.PodSelector);
}
