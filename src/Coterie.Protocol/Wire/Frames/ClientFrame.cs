namespace Coterie.Protocol.Wire.Frames;

/// <summary>What a client sends (PROTOCOL.md section 9). <see cref="Append"/> and <see cref="Send"/> carry a record and nothing else; <see cref="Leave"/> is empty.</summary>
public enum ClientFrame : byte
{
    Hello = 1,
    Look = 2,
    Open = 3,
    Create = 4,
    Join = 5,
    Subscribe = 6,
    Unsubscribe = 7,
    Append = 8,
    Send = 9,
    Manifest = 10,
    Ping = 11,
    Leave = 12,
    Destroy = 13,
    Give = 14,
    Fetch = 15,
    Knock = 16,
    TurnAway = 17,
    Offer = 18,
    Chunk = 19,
    Want = 20,
}

/// <summary>Where a room lives: in memory until 5 minutes after its last session (H4), or on disk.</summary>
public enum RoomKind : byte
{
    Memory = 0,
    Permanent = 1,
}

/// <summary>What a subscriber wants: the log, or the newest snapshot and what follows it.</summary>
public enum SubscribeMode : byte
{
    Log = 0,
    Snapshot = 1,
}
