using Microsoft.AspNetCore.Http;

namespace Platform.Dashboard.Hosting;

/// <summary>An answer of the API.</summary>
/// <param name="Status">The status.</param>
/// <param name="Headers">The headers.</param>
/// <param name="Body">The body, whole.</param>
internal sealed record ApiAnswer(int Status, IHeaderDictionary Headers, byte[] Body);
