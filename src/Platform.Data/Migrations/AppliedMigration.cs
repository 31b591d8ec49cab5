namespace Platform.Data.Migrations;

/// <summary>A step that a database has.</summary>
/// <param name="Id">As <see cref="Migration.Id"/>.</param>
/// <param name="Checksum">As <see cref="Migration.Checksum"/>, of what was applied.</param>
public sealed record AppliedMigration(string Id, string Checksum);
