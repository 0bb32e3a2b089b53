using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Rooms.Payloads;

/// <summary>What somebody is doing (one bit each).</summary>
[Flags]
public enum Doing : byte
{
    Typing = 1,
    TypingInChat = 2,
    Away = 4,
    Idle = 8,
}

/// <summary>A place in a file: two Yjs relative positions, at most 64 bytes each, not looked into here.</summary>
public sealed record Selection(byte[] Anchor, byte[] Head);

/// <summary>The payload of class 5: where a session is, whole each time.</summary>
/// <param name="File">The root where no file is open.</param>
/// <param name="Following">Whose file, lines and caret this session's page goes after, if anybody's.</param>
public sealed record Presence(
    NodeId File,
    Doing Doing,
    uint TopLine,
    MemberId? Following,
    IReadOnlyList<Selection> Selections
)
{
    internal const int MaxPositionBytes = 64;

    public static bool TryParse(ReadOnlySpan<byte> payload, out Presence presence, out WireError error)
    {
        var reader = Payload.Read(payload);
        var file = new NodeId(reader.U128());
        var doing = (Doing)reader.U8(0, 15);
        var topLine = reader.U32();
        int follows = reader.U8();
        reader.Demand(follows <= 1, WireError.Length);
        MemberId? following = reader.Ok && follows == 1 ? new MemberId(reader.U128()) : null;
        int count = reader.U8();
        reader.Demand(count <= Limits.MaxSelections, WireError.Length);
        var selections = new List<Selection>();
        while (reader.Ok && selections.Count < count)
            selections.Add(
                new Selection(reader.B16(0, MaxPositionBytes).ToArray(), reader.B16(0, MaxPositionBytes).ToArray())
            );
        presence = new Presence(file, doing, topLine, following, selections);
        return reader.End(out error);
    }

    public byte[] Encode()
    {
        var size = 16 + 1 + 4 + 1 + (Following is null ? 0 : 16) + 1;
        foreach (var selection in Selections)
            size += 2 + selection.Anchor.Length + 2 + selection.Head.Length;
        var bytes = new byte[size];
        var writer = new ByteWriter(bytes);
        writer.U128(File.Value);
        writer.U8((byte)Doing);
        writer.U32(TopLine);
        writer.U8(Following is null ? (byte)0 : (byte)1);
        if (Following is { } followed)
            writer.U128(followed.Value);
        writer.U8(checked((byte)Selections.Count));
        foreach (var selection in Selections)
        {
            writer.B16(selection.Anchor);
            writer.B16(selection.Head);
        }
        return bytes;
    }
}
