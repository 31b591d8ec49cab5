namespace Platform.FunctionalTests.Moving;

/// <summary>The tests that share a used platform, which none of them changes.</summary>
[CollectionDefinition(nameof(UsedPlatform))]
public sealed class SharedUsedPlatform : ICollectionFixture<UsedPlatform>;
