using Platform.Runtime.Components;
namespace Platform.Runtime.Tests.Sandboxes;
public class ScratchTests
{
    [Fact]
    public void Plans()
    {
        foreach (var g in new[] { "c-hello", "c-echo", "c-faults", "c-libc", "c-wagi", "rust-wagi", "as-wagi", "js-fetch", "js-hono" })
        {
            try
            {
                var p = ComponentPlanner.Plan(File.ReadAllBytes(Guests.Path(g)));
                Console.WriteLine($"{g}: {p.Modules.Count} modules, {p.Steps.Count} steps, {p.HostImports.Count} hosts {p.Memories}");
                var json = PlanSerializer.Serialize(p);
                PlanSerializer.Deserialize(json);
                foreach (var h in p.HostImports)
                    try { Platform.Runtime.Hosting.HostFunctions.Instance.Resolve(h); } catch (Exception e) { Console.WriteLine("   " + e.Message); }
            }
            catch (Exception e) { Console.WriteLine($"{g}: {e}"); }
        }
    }
}
