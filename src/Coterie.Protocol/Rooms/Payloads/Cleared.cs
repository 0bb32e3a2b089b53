using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Rooms.Payloads;

/// <summary>One highlight, by whose it is and its id.</summary>
public readonly record struct ClearedHighlight(MemberId Member, Bits128 Id);

/// <summary>Every highlight that its session, an owner's, took away and whose author still says it (P6).</summary>
public sealed record Cleared(IReadOnlyList<ClearedHighlight> Items) : Signal
{
    public override SignalKind Kind => SignalKind.Cleared;

    internal static Cleared Read(ref ByteReader reader)
    {
        int count = reader.U8();
        reader.Demand(count <= Limits.MaxCleared, WireError.Length);
        var items = new List<ClearedHighlight>();
        while (reader.Ok && items.Count < count)
            items.Add(new ClearedHighlight(new MemberId(reader.U128()), reader.U128()));
        return new Cleared(items);
    }

    public override byte[] Encode()
    {
        var bytes = new byte[1 + 1 + 32 * Items.Count];
        var writer = new ByteWriter(bytes);
        writer.U8((byte)Kind);
        writer.U8(checked((byte)Items.Count));
        foreach (var (member, id) in Items)
        {
            writer.U128(member.Value);
            writer.U128(id);
        }
        return bytes;
    }
}
