using Platform.Runtime.Hosting;

namespace Platform.Runtime.Wasi.Http;

/// <summary>The one place where the guest can put its response.</summary>
internal sealed class ResponseOutparam : Resource;
