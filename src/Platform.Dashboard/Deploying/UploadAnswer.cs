namespace Platform.Dashboard.Deploying;

/// <summary>What the API answered the browser; status 0 when it couldn't be reached, -1 when it was cancelled.</summary>
/// <param name="Status">The status.</param>
/// <param name="Body">The body.</param>
internal sealed record UploadAnswer(int Status, string Body);
