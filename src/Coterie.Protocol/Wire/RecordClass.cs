namespace Coterie.Protocol.Wire;

/// <summary>What a record is for. What each may do stands in <see cref="Classes"/>.</summary>
public enum RecordClass : byte
{
    Edit = 1,
    Tree = 2,
    Delete = 3,
    Chat = 4,
    Presence = 5,
    Signal = 6,
    Snapshot = 7,
    Disclosure = 8,
    Run = 9,
    Rpc = 10,
    Bytes = 11,
    Media = 12,
    Fence = 13,
    Attest = 14,
    Profile = 15,
}
