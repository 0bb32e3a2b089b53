using Coterie.Protocol.Wire;

namespace Coterie.Hub.Stores;

/// <summary>Positions After+1 … To of a stream, cut at MaxBytes (but never before the first).</summary>
public readonly record struct PageQuery(RoomId Room, StreamId Stream, ulong After, ulong To, int MaxBytes);

/// <param name="HeadBefore">The chain head at the query's After; null where After is 0 or no such position exists.</param>
public sealed record LogPage(Digest? HeadBefore, IReadOnlyList<byte[]> Envelopes);
