using Platform.Runtime.Hosting;

namespace Platform.Runtime.Wasi.Http;

/// <summary>The resource type of that name; none is ever made while every outgoing request is denied.</summary>
internal sealed class IncomingResponse : Resource;
