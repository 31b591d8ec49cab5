using System.Globalization;
using k8s.Models;

namespace Platform.Deploy.Tests.Kubernetes;

/// <summary><c>deploy/kubernetes</c>, without a cluster: its types, and what its parts say of each other.</summary>
public sealed class ManifestTests
{
    private static readonly Manifests Base = Manifests.Base;
    private static readonly Manifests Example = Manifests.Example;

    [Fact]
    public void Files_AreThoseThatTheKustomizationsList()
    {
        Assert.Equal(Base.Kustomization.Resources.Order(), Base.Files);
        Assert.Equal(Example.Kustomization.Patches.Select(static patch => patch.Path).Order(), Example.Files);
        Assert.Equal(["../../base"], Example.Kustomization.Resources);
        Assert.All(new[] { Base, Example }, static one =>
        {
            Assert.Equal(("kustomize.config.k8s.io/v1beta1", "Kustomization", "platform"), (one.Kustomization.ApiVersion, one.Kustomization.Kind, one.Kustomization.Namespace));
        });
    }

    [Theory]
    [InlineData("terminationGracePeriodSeconds", "terminationGracePeriodSecond")]
    [InlineData("kind: Deployment", "kind: Deploiment")]
    [InlineData("periodSeconds: 2", "periodSeconds: soon")]
    public void Read_FileWithAMistake_Fails(string right, string wrong)
    {
        var text = File.ReadAllText(Repository.In("deploy/kubernetes/base/worker.yaml"));
        Assert.Contains(right, text, StringComparison.Ordinal);
        Assert.NotEmpty(Manifests.Read(text));
        Assert.ThrowsAny<Exception>(() => Manifests.Read(text.Replace(right, wrong, StringComparison.Ordinal)).ToList());
    }

    [Fact]
    public void Objects_HaveOneNameEach_AndAreInTheNamespace()
    {
        Assert.True(Base.Objects.Count > 15);
        var names = Base.Objects.Select(static one => $"{one.Kind}/{one.Metadata.Name}").ToList();
        Assert.Equal(names.Distinct(), names);
        Assert.All(Base.Objects, static one =>
        {
            Assert.Equal(one is V1Namespace ? null : "platform", one.Metadata.NamespaceProperty);
            Assert.Equal("platform", one.Metadata.Labels["app.kubernetes.io/name"]);
        });
        Assert.Equal("platform", Assert.Single(Base.All<V1Namespace>()).Metadata.Name);
        Assert.All(Example.Objects, one => Assert.Contains($"{one.Kind}/{one.Metadata.Name}", names));
    }

    [Fact]
    public void Pods_HaveNoPrivileges()
    {
        var user = long.Parse(Images.Dockerfile.Read().User.Split(':')[0], CultureInfo.InvariantCulture);
        Assert.Equal("restricted", Base.All<V1Namespace>().Single().Metadata.Labels["pod-security.kubernetes.io/enforce"]);
        Assert.All(Base.Pods, pod =>
        {
            var spec = pod.Template.Spec;
            Assert.False(spec.AutomountServiceAccountToken);
            Assert.Contains(Base.All<V1ServiceAccount>(), account => account.Metadata.Name == spec.ServiceAccountName && account.AutomountServiceAccountToken is false);
            Assert.False(spec.EnableServiceLinks);
            Assert.True(spec.SecurityContext.RunAsNonRoot);
            Assert.Equal((user, user, user), (spec.SecurityContext.RunAsUser, spec.SecurityContext.RunAsGroup, spec.SecurityContext.FsGroup));
            Assert.Equal("RuntimeDefault", spec.SecurityContext.SeccompProfile.Type);
            Assert.True(pod.Container.SecurityContext.ReadOnlyRootFilesystem);
            Assert.False(pod.Container.SecurityContext.AllowPrivilegeEscalation);
            Assert.Equal(["ALL"], pod.Container.SecurityContext.Capabilities.Drop);
            Assert.Null(pod.Container.SecurityContext.Capabilities.Add);
            Assert.True(spec.HostNetwork is null && spec.HostPID is null && spec.HostIPC is null);
            Assert.DoesNotContain(spec.Volumes, static volume => volume.HostPath is not null);
        });
    }

    [Fact]
    public void Pods_AreProbed_SpreadAndBounded_AndHaveTimeToDrain()
    {
        // Platform.Host/Listening.cs: how long running requests may take once the process was told to stop.
        const int drain = 30;
        Assert.Equal(["control", "gateway", "sqlite", "worker"], Base.Pods.Select(static pod => pod.Name).Order());
        Assert.All(Base.Pods, pod =>
        {
            var container = pod.Container;
            Assert.All(new[] { container.StartupProbe, container.LivenessProbe, container.ReadinessProbe }, probe => Assert.Contains(probe.HttpGet.Port.Value, pod.Ports));
            Assert.Equal(("/healthz", "/healthz", "/readyz"), (container.StartupProbe.HttpGet.Path, container.LivenessProbe.HttpGet.Path, container.ReadinessProbe.HttpGet.Path));
            var leave = container.Lifecycle?.PreStop.Sleep.Seconds ?? 0;
            Assert.True(pod.Template.Spec.TerminationGracePeriodSeconds >= leave + drain + 5, $"{pod.Name}: {pod.Template.Spec.TerminationGracePeriodSeconds} s to end");
            // Whoever is behind a Service goes on until nobody sends there any more; a shard is asked by its own name to the end.
            Assert.Equal(Base.All<V1Service>().Any(service => service.Spec.ClusterIP != "None" && pod.IsSelectedBy(new V1LabelSelector { MatchLabels = service.Spec.Selector })), leave > 0);
            Assert.Equal(["kubernetes.io/hostname", "topology.kubernetes.io/zone"], pod.Template.Spec.TopologySpreadConstraints.Select(static one => one.TopologyKey).Order());
            Assert.All(pod.Template.Spec.TopologySpreadConstraints, one => Assert.Equal([pod.Name], SelectedBy(one.LabelSelector)));
            Assert.True(container.Resources.Requests.ContainsKey("cpu"));
            Assert.Equal(container.Resources.Limits["memory"].ToInt64(), container.Resources.Requests["memory"].ToInt64());
            Assert.True(pod.Replicas != 1 || pod.Claims.Count > 0, $"{pod.Name}: nothing takes its place");
        });
    }

    [Fact]
    public void Selectors_SelectThePodsOfTheirRole()
    {
        Assert.All(Base.Pods, static pod => Assert.Equal([pod.Name], SelectedBy(pod.Selector)));
        Assert.All(Base.All<V1Service>(), static service => Assert.Equal([service.Metadata.Labels["app.kubernetes.io/component"]], SelectedBy(new V1LabelSelector { MatchLabels = service.Spec.Selector })));
        Assert.All(Base.All<V1PodDisruptionBudget>(), static budget => Assert.Equal([budget.Metadata.Name], SelectedBy(budget.Spec.Selector)));
        Assert.Equal(Base.Pods.Select(static pod => pod.Name).Order(), Base.All<V1PodDisruptionBudget>().Select(static budget => budget.Metadata.Name).Order());
        Assert.All(Base.All<V1NetworkPolicy>(), static policy => Assert.NotEmpty(SelectedBy(policy.Spec.PodSelector)));
        Assert.All(
            Base.All<V1NetworkPolicy>().Where(static policy => policy.Metadata.Labels.ContainsKey("app.kubernetes.io/component")),
            static policy => Assert.Equal([policy.Metadata.Labels["app.kubernetes.io/component"]], SelectedBy(policy.Spec.PodSelector)));
    }

    [Fact]
    public void Ports_AreThoseThatTheProgramListensAt()
    {
        var settings = Literals(Base);
        foreach (var pod in Base.Pods)
        {
            var args = pod.Container.Args.ToList();
            Assert.Equal(pod.Name, Settings.Option(args, "--roles"));
            var listens = new List<(string, int?)> { ("metrics", Port(settings["Platform__MetricsUrls"])) };
            if (args.Contains("--internal-urls"))
            {
                listens.Add(("internal", Port(Settings.Option(args, "--internal-urls"))));
            }

            // Only gateways are for clients; the others' public listener is the machine's own.
            var clients = Settings.Option(args, "--urls").Split(';').Where(static url => !url.Contains("127.0.0.1", StringComparison.Ordinal));
            listens.AddRange(clients.Select(static url => (new Uri(url).Scheme, (int?)Port(url))));
            Assert.Equal(pod.Name == "gateway", listens.Exists(static one => one.Item1 == "http"));
            Assert.Equal(listens.Order(), pod.Container.Ports.Select(static port => (port.Name, (int?)port.ContainerPort)).Order());
        }

        foreach (var service in Base.All<V1Service>())
        {
            var pod = Base.Pods.Single(pod => pod.Name == service.Metadata.Labels["app.kubernetes.io/component"]);
            Assert.All(service.Spec.Ports, port => Assert.Contains(port.TargetPort.Value, pod.Ports));
        }

        V1Service ControlAt(string setting)
        {
            var control = new Uri(setting);
            var reached = Base.All<V1Service>().Single(service => service.Metadata.Name == control.Host);
            Assert.Equal(["control"], SelectedBy(new V1LabelSelector { MatchLabels = reached.Spec.Selector }));
            Assert.Contains(reached.Spec.Ports, port => port.Port == control.Port && port.TargetPort.Value == "internal");
            return reached;
        }

        // Gateways know each control plane that is ready, for the circuits that it has.
        Assert.NotEqual("None", ControlAt(settings["Platform__ControlUrls__0"]).Spec.ClusterIP);
        var each = ControlAt(Base.Pods.Single(static pod => pod.Name == "gateway").Environment.Single(static one => one.Key == "Platform__ControlUrls__0").Value);
        Assert.Equal(("None", false), (each.Spec.ClusterIP, each.Spec.PublishNotReadyAddresses ?? false));
        var worker = Base.Pods.Single(static pod => pod.Name == "worker");
        Assert.Equal("status.podIP", worker.Container.Env.Single(static one => one.Name == "POD_IP").ValueFrom.FieldRef.FieldPath);
        Assert.Equal($"http://$(POD_IP):{Port(Settings.Option([.. worker.Container.Args], "--internal-urls"))}", worker.Environment.Single(static one => one.Key == "Platform__AdvertiseUrl").Value);
    }

    [Fact]
    public void Volumes_AreMounted_AndSecretsHaveTheirKeys()
    {
        var made = Example.Kustomization.SecretGenerator.ToDictionary(static one => one.Name, static one => one.Keys.ToList());
        var used = new HashSet<string>();
        foreach (var pod in Base.Pods)
        {
            var spec = pod.Template.Spec;
            Assert.Equal(spec.Volumes.Select(static one => one.Name).Concat(pod.Claims.Select(static claim => claim.Metadata.Name)).Order(), pod.Container.VolumeMounts.Select(static one => one.Name).Order());
            Assert.StartsWith(pod.Container.VolumeMounts.Single(static one => one.Name == "data").MountPath + "/", Settings.Option([.. pod.Container.Args], "--data-dir"), StringComparison.Ordinal);
            var files = new List<string>();
            foreach (var mount in pod.Container.VolumeMounts)
            {
                var volume = spec.Volumes.SingleOrDefault(volume => volume.Name == mount.Name);
                string[] secrets = volume?.Secret is { } secret ? [secret.SecretName] : [.. volume?.Projected?.Sources.Select(static source => source.Secret.Name) ?? []];
                Assert.Equal(secrets.Length > 0, mount.ReadOnlyProperty ?? false);
                Assert.Equal(secrets.Length > 0 ? 288 : null, volume?.Secret?.DefaultMode ?? volume?.Projected?.DefaultMode);
                Assert.All(secrets, name => Assert.Contains(name, made.Keys));
                files.AddRange(secrets.SelectMany(name => made[name]).Select(key => $"{mount.MountPath}/{key}"));
                used.UnionWith(secrets);
            }

            Assert.Equal(files.Distinct(), files);
            Assert.All(pod.Environment.Select(static one => one.Value).Where(static value => value.StartsWith("/run/secrets/", StringComparison.Ordinal)), path => Assert.Contains(path, files));
            Assert.Contains(files, static file => file == "/run/secrets/platform/Platform__ClusterKey");
            Assert.Equal(pod.Name is "control" or "worker", files.Contains("/run/secrets/platform/ConnectionStrings__Redis"));
            // The store's password and the master key are control planes' alone.
            Assert.Equal(pod.Name == "control", files.Exists(static file => file.EndsWith("Postgres", StringComparison.Ordinal) || file.EndsWith("MasterKey", StringComparison.Ordinal) || file.Contains("operator", StringComparison.Ordinal)));
        }

        Assert.Equal(made.Keys.Order(), used.Order());
        Assert.Equal("/run/secrets/platform", Literals(Base)["Platform__SecretsDirectory"]);
        Assert.All(Example.Kustomization.SecretGenerator, static one =>
        {
            Assert.Empty(one.Literals);
            Assert.All(one.Files, static file => Assert.StartsWith("secrets/", file.Split('=')[1], StringComparison.Ordinal));
        });
        Assert.Contains("deploy/**/secrets/", File.ReadAllLines(Repository.In(".gitignore")));
    }

    [Fact]
    public Task Settings_AreKnownToTheProgram()
    {
        Assert.All(Base.Pods, static pod => Assert.Equal(
            pod.Name is "control" or "worker" ? ["platform-settings", "platform-sqlite"] : ["platform-settings"], pod.Container.EnvFrom.Select(static one => one.ConfigMapRef.Name)));
        Assert.Equal(["platform-settings", "platform-sqlite"], Base.Kustomization.ConfigMapGenerator.Select(static one => one.Name));
        Assert.All(Example.Kustomization.ConfigMapGenerator, static one =>
        {
            Assert.Equal("merge", one.Behavior);
            Assert.Contains(one.Name, Base.Kustomization.ConfigMapGenerator.Select(static of => of.Name));
        });
        var settings = Base.Pods.SelectMany(static pod => pod.Environment).Concat(Literals(Base)).Concat(Literals(Example)).DistinctBy(static one => one.Key);
        var secret = Example.Kustomization.SecretGenerator.Where(static one => one.Name is "platform-cluster" or "platform-store" or "platform-redis").SelectMany(static one => one.Keys);
        return Settings.ExpectKnownAsync(settings.Select(static one => KeyValuePair.Create(one.Key, one.Value.Replace("$(POD_IP)", "10.1.2.3", StringComparison.Ordinal)))
            .Concat(secret.Select(static name => KeyValuePair.Create(name, "value"))));
    }

    [Fact]
    public void Image_IsTheOneThatTheExampleNames()
    {
        var image = Assert.Single(Example.Kustomization.Images);
        Assert.All(Base.Pods, pod => Assert.Equal(image.Name, pod.Container.Image));
        Assert.NotEqual("latest", image.NewTag);
    }

    [Fact]
    public void Autoscaler_ScalesWorkers_ByTheMetricThatTheAdapterMakes()
    {
        var autoscaler = Assert.Single(Base.All<V2HorizontalPodAutoscaler>());
        var target = Base.Pods.Single(pod => pod.Name == autoscaler.Spec.ScaleTargetRef.Name);
        Assert.Equal(("apps/v1", "Deployment", "worker"), (autoscaler.Spec.ScaleTargetRef.ApiVersion, autoscaler.Spec.ScaleTargetRef.Kind, target.Name));
        // Else each apply would set the number back.
        Assert.Null(target.Replicas);
        Assert.True(autoscaler.Spec.MinReplicas >= 2 && autoscaler.Spec.MaxReplicas > autoscaler.Spec.MinReplicas);
        var adapter = Yaml.Read("deploy/observability/prometheus-adapter.yaml");
        var rule = adapter["rules"]!["custom"]!.AsArray().Single()!;
        var pods = autoscaler.Spec.Metrics.Single(static metric => metric.Type == "Pods").Pods;
        Assert.Equal(rule["name"]!["as"]!.GetValue<string>(), pods.Metric.Name);
        Assert.StartsWith("platform_worker_instances{", rule["seriesQuery"]!.GetValue<string>(), StringComparison.Ordinal);
        // WorkerOptions.ConcurrentRequests: room for this many by default.
        Assert.InRange(pods.Target.AverageValue.ToInt64(), 1, 128);
    }

    [Fact]
    public void Worker_HasMemoryForGuestsAndACompile_AndRoomForItsCaches()
    {
        var worker = Base.Pods.Single(static pod => pod.Name == "worker");
        var settings = worker.Environment.ToDictionary(static one => one.Key, static one => one.Value);
        long Of(string name) => long.Parse(settings[$"Platform__Worker__{name}"], CultureInfo.InvariantCulture);
        var limits = worker.Container.Resources.Limits;
        Memory.ExpectFits(limits["memory"].ToInt64(), (int)limits["cpu"].ToInt64(), Of("CompileMemoryBytes"));
        var room = worker.Template.Spec.Volumes.Single(static volume => volume.Name == "data").EmptyDir.SizeLimit.ToInt64();
        Assert.True(Of("ArtifactCacheBytes") + Of("FileCacheBytes") + (1L << 30) <= room, "the caches are as large as the volume");
        Assert.True(room <= worker.Container.Resources.Requests["ephemeral-storage"].ToInt64());
    }

    [Fact]
    public void Shards_EachHaveTheirUrl_InTheOrderOfTheirNumbers()
    {
        var set = Assert.Single(Base.All<V1StatefulSet>());
        var service = Base.All<V1Service>().Single(service => service.Metadata.Name == set.Spec.ServiceName);
        Assert.Equal("None", service.Spec.ClusterIP);
        Assert.True(service.Spec.PublishNotReadyAddresses);
        var port = service.Spec.Ports.Single(static port => port.TargetPort.Value == "internal").Port;
        void Expect(int replicas, params IEnumerable<KeyValuePair<string, string>> settings) => Assert.Equal(
            Enumerable.Range(0, replicas).ToDictionary(static shard => $"Platform__SqliteUrls__{shard}", shard => $"http://{set.Metadata.Name}-{shard}.{service.Metadata.Name}:{port}"),
            settings.Where(static one => one.Key.StartsWith("Platform__SqliteUrls", StringComparison.Ordinal)).ToDictionary());

        Expect(set.Spec.Replicas!.Value, Literals(Base));
        Expect(Example.All<V1StatefulSet>().Single().Spec.Replicas ?? set.Spec.Replicas.Value, Literals(Base).Concat(Literals(Example)));
        Assert.Equal(["platform-sqlite"], Base.Kustomization.ConfigMapGenerator.Where(static one => one.Keys.Any(static key => key.Contains("Sqlite", StringComparison.Ordinal))).Select(static one => one.Name));
        var shard = Base.Pods.Single(static pod => pod.Claims.Count > 0).Container.Env.Single(static one => one.Name == "Platform__SqliteShard");
        Assert.Equal("metadata.labels['apps.kubernetes.io/pod-index']", shard.ValueFrom.FieldRef.FieldPath);
    }

    [Fact]
    public void Shards_KeepTheirVolumes_WaitForNoOther_AndMayBeEvicted()
    {
        var set = Assert.Single(Base.All<V1StatefulSet>());
        Assert.Equal(("Retain", "Retain"), (set.Spec.PersistentVolumeClaimRetentionPolicy.WhenDeleted, set.Spec.PersistentVolumeClaimRetentionPolicy.WhenScaled));
        Assert.Equal(("Parallel", "RollingUpdate"), (set.Spec.PodManagementPolicy, set.Spec.UpdateStrategy.Type));
        Assert.All([set.Spec.VolumeClaimTemplates, Example.All<V1StatefulSet>().Single().Spec.VolumeClaimTemplates], static claims =>
        {
            // A patch replaces the list.
            var claim = Assert.Single(claims);
            Assert.Equal("data", claim.Metadata.Name);
            Assert.Equal(["ReadWriteOncePod"], claim.Spec.AccessModes);
            Assert.True(claim.Spec.Resources.Requests["storage"].ToInt64() >= 10L << 30);
        });
        // Databases aren't on what goes with the pod, and what goes with it is bounded by memory that it has.
        var spec = set.Spec.Template.Spec;
        Assert.Equal("/data", spec.Containers.Single().VolumeMounts.Single(static mount => mount.Name == "data").MountPath);
        var scratch = Assert.Single(spec.Volumes, static volume => volume.EmptyDir is not null).EmptyDir;
        Assert.Equal("Memory", scratch.Medium);
        Assert.True(2 * scratch.SizeLimit.ToInt64() <= spec.Containers.Single().Resources.Limits["memory"].ToInt64());
        // A restore from the store's copies isn't ended over its length.
        Assert.True(spec.Containers.Single().StartupProbe is { FailureThreshold: { } failures, PeriodSeconds: { } period } && failures * period >= 3600);
        // One alone: minAvailable 1, as maxUnavailable 0, would keep its node from being drained.
        var budget = Base.All<V1PodDisruptionBudget>().Single(static budget => budget.Metadata.Name == "sqlite").Spec;
        Assert.Null(budget.MinAvailable);
        Assert.Equal("1", budget.MaxUnavailable.Value);
    }

    private static IEnumerable<string> SelectedBy(V1LabelSelector selector) => Base.Pods.Where(pod => pod.IsSelectedBy(selector)).Select(static pod => pod.Name);

    private static Dictionary<string, string> Literals(Manifests manifests) =>
        manifests.Kustomization.ConfigMapGenerator.SelectMany(static one => one.Literals).Select(static one => one.Split('=', 2)).ToDictionary(static one => one[0], static one => one[1]);

    private static int Port(string url) => new Uri(url.Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal)).Port;
}
