using Platform.Runtime.Hosting;

namespace Platform.Runtime.Wasi.Cli;

/// <summary>The terminal resources; no guest has a terminal.</summary>
internal sealed class Terminal : Resource;
