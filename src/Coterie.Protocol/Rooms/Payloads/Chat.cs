using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Rooms.Payloads;

/// <summary>The payload of class 4: one message. A repeated opId is void by content (T7).</summary>
public readonly ref struct Chat
{
    private const byte Message = 1;

    /// <summary>16 random bytes.</summary>
    public Bits128 OpId { get; init; }

    /// <summary>UTF-8, 1–<see cref="Limits.MaxChatBytes"/> bytes.</summary>
    public ReadOnlySpan<byte> Text { get; init; }

    public static bool TryParse(ReadOnlySpan<byte> payload, out Chat chat, out WireError error)
    {
        var reader = Payload.Read(payload);
        var opId = reader.U128();
        reader.U8(Message, Message);
        chat = new Chat { OpId = opId, Text = reader.Text16(1, Limits.MaxChatBytes) };
        return reader.End(out error);
    }

    public byte[] Encode()
    {
        var bytes = new byte[16 + 1 + 2 + Text.Length];
        var writer = new ByteWriter(bytes);
        writer.U128(OpId);
        writer.U8(Message);
        writer.B16(Text);
        return bytes;
    }
}
