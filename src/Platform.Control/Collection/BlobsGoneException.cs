namespace Platform.Control.Collection;

/// <summary>A blob of a version to be was collected as unused between its upload and the deploy's transaction; nothing was changed.</summary>
internal sealed class BlobsGoneException(Exception? innerException = null) : Exception("A part of the version is not in the store any more.", innerException);
