using Microsoft.AspNetCore.Http.HttpResults;

namespace Platform.Control.Access;

/// <summary>Why authorization refused the request, as it is answered.</summary>
internal sealed record AccessRefusal(ProblemHttpResult Problem);
