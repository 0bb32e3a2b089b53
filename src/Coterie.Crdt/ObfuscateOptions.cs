namespace Coterie.Crdt;

/// <summary>
/// What an obfuscated update hides beside text, values and keys, which are always hidden. The options of Yjs, all on unless told
/// otherwise.
/// </summary>
public sealed record ObfuscateOptions
{
    /// <summary>Keys and values of text attributes.</summary>
    public bool Formatting { get; init; } = true;

    /// <summary>Names and settings of subdocuments.</summary>
    public bool Subdocs { get; init; } = true;

    /// <summary>Names of XML elements and hooks.</summary>
    public bool Xml { get; init; } = true;
}
