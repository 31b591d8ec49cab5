using System.Text.Json;
using Platform.Runtime.Components;
using Platform.Runtime.Hosting;
using Platform.Runtime.Tests.Sandboxes;

namespace Platform.Runtime.Tests.Components;

/// <summary>Plans of the real guests.</summary>
public sealed class GuestPlanTests
{
    [Theory]
    [InlineData("c-hello")]
    [InlineData("c-echo")]
    [InlineData("c-faults")]
    public void Plan_OfATinyComponent_IsOneInstanceOfHostFunctionsOnly(string guest)
    {
        var plan = Plan(guest);
        Assert.Equal(HandlerKinds.HttpComponent, plan.Kinds);
        Assert.Single(plan.Modules);
        var instance = Assert.Single(plan.Steps.OfType<InstantiateStep>());
        Assert.All(instance.Arguments, argument => Assert.IsType<HostFunctionItem>(argument.Item));
        Assert.Equal(("wasi:http/incoming-handler", "handle"), (plan.Handlers[0].Interface, plan.Handlers[0].Function));
        Assert.Equal("(i32 i32) -> ()", plan.Handlers[0].Signature.ToString());
        Assert.Contains(plan.HostImports, import => import is { Interface: "wasi:http/types", Function: "[static]response-outparam.set" });
    }

    [Fact]
    public void Plan_OfALibcComponent_ElidesTheAdapter()
    {
        var plan = Plan("c-libc");
        Assert.Single(plan.Modules);
        Assert.Contains(plan.HostImports, import => import is
        {
            Kind: HostImportKind.CoreFunction, Interface: "wasi_snapshot_preview1", Memory: InstanceExportItem { Instance: 0, Name: "memory" },
        });
    }

    [Fact]
    public void Plan_OfAComposition_ElidesEachShimAndAdapterAndNumbersTheComponents()
    {
        var plan = Plan("composed-gate");
        Assert.Equal(2, plan.Modules.Count);
        Assert.Equal([0, 1], plan.Steps.OfType<InstantiateStep>().Select(static step => step.Component));
        Assert.Equal((2, 1), (plan.Types.Components.Count, plan.Handlers[0].Component));
        var call = Assert.Single(plan.HostImports, static import => import.Kind == HostImportKind.GuestCall);
        Assert.Equal("wasi:http/incoming-handler@0.2.3#handle", call.Name);
        Assert.Equal((0, new InstanceExportItem(0, "wasi:http/incoming-handler@0.2.3#handle")), (call.Call!.Component, call.Call.Function));
        Assert.Equal(["incoming-request", "response-outparam"], plan.Types.Resources.Select(static resource => resource.Name));
        Assert.Contains(plan.HostImports, static import => import is { Kind: HostImportKind.CoreFunction, Memory: InstanceExportItem { Instance: 0 } });
    }

    [Theory]
    [InlineData("c-wagi")]
    [InlineData("rust-wagi")]
    [InlineData("as-wagi")]
    public void Plan_OfACommand_CallsStart(string guest)
    {
        var plan = Plan(guest);
        Assert.Equal(HandlerKinds.WagiCommand, plan.Kinds);
        Assert.Equal(new InstanceExportItem(0, "_start"), plan.Handlers[0].Core);
        Assert.All(plan.HostImports, import => Assert.Equal("wasi_snapshot_preview1", import.Interface));
    }

    [Theory]
    [InlineData("c-hello")]
    [InlineData("c-echo")]
    [InlineData("c-libc")]
    [InlineData("c-files")]
    [InlineData("c-files-wagi")]
    [InlineData("c-wagi")]
    [InlineData("rust-wagi")]
    [InlineData("as-wagi")]
    [InlineData("js-fetch")]
    public void Plan_OfAGuest_NamesOnlyWhatIsThere(string guest)
    {
        var plan = Plan(guest);
        foreach (var import in plan.HostImports)
        {
            HostFunctions.Instance.Resolve(import);
        }

        var made = 0;
        foreach (var step in plan.Steps.OfType<InstantiateStep>())
        {
            Assert.InRange(step.Module, 0, plan.Modules.Count - 1);
            Assert.All(step.Arguments, argument => Assert.True(argument.Item is not InstanceExportItem export || export.Instance < made));
            made++;
        }
    }

    /// <summary>
    /// A component that imports every function of the published worlds wasi:cli/imports and wasi:http/proxy: each resolves, which holds its lowered signature against
    /// ours, and we have no function of those packages that the worlds don't know.
    /// </summary>
    [Fact]
    public void Plan_OfAllOfWasi_IsAllThatTheHostHas()
    {
        var plan = Plan("all-of-wasi");
        Assert.All(plan.HostImports, import => HostFunctions.Instance.Resolve(import));
        var imported = plan.HostImports.Where(import => import.Kind == HostImportKind.Function).Select(import => $"{import.Interface}#{import.Function}");
        var ours = HostFunctions.Instance.All.Keys
            .Where(key => key.Item1.StartsWith("wasi:", StringComparison.Ordinal) && key.Item1.Split('/')[0] is not ("wasi:config" or "wasi:keyvalue" or "wasi:logging"))
            .Select(key => $"{key.Item1}#{key.Item2}");

        // Behind the feature gate network-error-code, so that worlds don't import it; toolchains that open the gate do.
        Assert.Equal(
            ours.Where(name => name != "wasi:sockets/network#network-error-code").Order(StringComparer.Ordinal), imported.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("no-handler", HandlerRefusal.NoHandler, "wasi:http/incoming-handler")]
    [InlineData("core-import", HandlerRefusal.UnknownImport, "missing")]
    [InlineData("no-start", HandlerRefusal.NoHandler, "_start")]
    [InlineData("memory64", HandlerRefusal.Unsupported, "memory64")]
    [InlineData("threads", HandlerRefusal.Unsupported, "threads")]
    public void Plan_OfAGuestToRefuse_SaysWhy(string guest, HandlerRefusal refusal, string named)
    {
        var refused = Wasm.Refused(Read(guest));
        Assert.Equal(refusal, refused.Refusal);
        Assert.Contains(named, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("unknown-import", "acme:nothing/here")]
    [InlineData("wrong-type", "get-random-u64")]
    public void Resolve_OfAnImportTheHostLacks_NamesIt(string guest, string named)
    {
        var plan = Plan(guest);
        var refused = Assert.Throws<HandlerRefusedException>(() => plan.HostImports.Select(HostFunctions.Instance.Resolve).ToArray());
        Assert.Equal(HandlerRefusal.UnknownImport, refused.Refusal);
        Assert.Contains(named, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.2.0", true)]
    [InlineData("0.2.12", true)]
    [InlineData("0.2.0-rc-2023-11-10", false)]
    [InlineData("0.2.0-draft", false)]
    [InlineData("0.3.0", false)]
    [InlineData("0.20.0", false)]
    [InlineData("", false)]
    public void Resolve_OfAWasiVersion_TakesReleasesOf02Only(string version, bool expected)
    {
        var import = Plan("c-hello").HostImports.First(import => import.Kind == HostImportKind.Function) with { Version = version };
        if (expected)
        {
            Assert.NotNull(HostFunctions.Instance.Resolve(import).Function);
            return;
        }

        var refused = Assert.Throws<HandlerRefusedException>(() => HostFunctions.Instance.Resolve(import));
        Assert.Contains(version.Length == 0 ? import.Interface : $"{import.Interface}@{version}", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("c-hello")]
    [InlineData("c-libc")]
    [InlineData("c-wagi")]
    public void PlanSerializer_OfAPlan_ReadsWhatItWrote(string guest)
    {
        var written = PlanSerializer.Serialize(Plan(guest));
        Assert.Equal(written, PlanSerializer.Serialize(PlanSerializer.Deserialize(written)));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"Unknown\":1}")]
    [InlineData("[")]
    public void PlanSerializer_OfAnythingElse_Throws(string json) =>
        Assert.ThrowsAny<JsonException>(() => PlanSerializer.Deserialize(System.Text.Encoding.UTF8.GetBytes(json)));

    private static ComponentPlan Plan(string guest) => ComponentPlanner.Plan(Read(guest));

    private static byte[] Read(string guest) => File.ReadAllBytes(Guests.Path(guest));
}
