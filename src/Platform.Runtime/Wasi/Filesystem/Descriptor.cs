using Platform.Runtime.Hosting;

namespace Platform.Runtime.Wasi.Filesystem;

/// <summary>The resource type of that name of <c>wasi:filesystem/types</c>; none is ever made for a component without files.</summary>
internal sealed class Descriptor : Resource;
