namespace Coterie.Protocol.Wire.Frames;

/// <summary>
/// What a hub sends (PROTOCOL.md section 9). <see cref="Snapshot"/> and <see cref="Deliver"/> carry an envelope, <see cref="Relay"/> a
/// record and nothing else; <see cref="Destroyed"/> is empty.
/// </summary>
public enum HubFrame : byte
{
    Welcome = 1,
    Room = 2,
    Door = 3,
    Created = 4,
    Joined = 5,
    Stream = 6,
    Snapshot = 7,
    Deliver = 8,
    Relay = 9,
    Ack = 10,
    Refused = 11,
    Member = 12,
    Gone = 13,
    Manifest = 14,
    Error = 15,
    Pong = 16,
    Destroyed = 17,
    Wrap = 18,
    Waiting = 19,
    Knocked = 20,
    KnockEnded = 21,
    Storage = 22,
    Offered = 23,
    Took = 24,
    Chunk = 25,
    BlobRefused = 26,
}
