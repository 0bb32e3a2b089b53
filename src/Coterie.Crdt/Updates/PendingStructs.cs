namespace Coterie.Crdt.Updates;

/// <summary>Structs that wait for others.</summary>
/// <param name="Missing">For each client of which something is missing, the lowest clock that may help when it has come.</param>
/// <param name="Update">The structs, in format v2.</param>
internal sealed record PendingStructs(Dictionary<ulong, int> Missing, byte[] Update);
