using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Rooms.Payloads;

/// <summary>The member whose a Yjs client id is in a stream (E5).</summary>
public readonly record struct Claim(ulong ClientId, MemberId Member);

/// <summary>The unpacked state of a file's snapshot. The digest is checked by who holds the document (N2).</summary>
/// <param name="Yjs">One Yjs update, v1.</param>
public sealed record FileState(byte[] Yjs, Digest Digest, IReadOnlyList<Claim> Claims, SnapshotTail Tail)
{
    public static bool TryParse(ReadOnlySpan<byte> state, out FileState file, out WireError error)
    {
        var reader = new ByteReader(state);
        var yjs = reader.B32().ToArray();
        var digest = reader.Digest();
        var floor = reader.U32();
        var count = reader.U32();
        var claims = new List<Claim>();
        var met = new HashSet<ulong>();
        while (reader.Ok && claims.Count < count)
        {
            var claim = new Claim(reader.U64(), new MemberId(reader.U128()));
            reader.Demand(met.Add(claim.ClientId), WireError.Duplicate);
            claims.Add(claim);
        }
        file = new FileState(yjs, digest, claims, new SnapshotTail(floor, SnapshotTail.ReadCounters(ref reader)));
        return reader.End(out error);
    }

    public byte[] Encode()
    {
        var bytes = new byte[4 + Yjs.Length + 32 + 4 + 4 + 24 * Claims.Count + Tail.Size];
        var writer = new ByteWriter(bytes);
        writer.B32(Yjs);
        writer.Digest(Digest);
        writer.U32(Tail.VersionFloor);
        writer.U32((uint)Claims.Count);
        foreach (var claim in Claims)
        {
            writer.U64(claim.ClientId);
            writer.U128(claim.Member.Value);
        }
        Tail.WriteCounters(ref writer);
        return bytes;
    }
}
