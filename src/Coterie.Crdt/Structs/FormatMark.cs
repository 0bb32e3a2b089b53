namespace Coterie.Crdt.Structs;

/// <summary>From here on the attribute <paramref name="Key"/> has this value; null ends it.</summary>
internal sealed record FormatMark(string Key, object? Value);
