namespace Coterie.Protocol.Rooms.Payloads;

/// <summary>What a record of class 6 says, by its payload's first byte (section 8).</summary>
public enum SignalKind : byte
{
    Pulse = 1,
    Spotlight = 2,
    Highlights = 3,
    Cleared = 4,
    States = 5,
}
