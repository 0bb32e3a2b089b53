using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Rooms.Payloads;

/// <summary>The payload of class 15: who a member says to be. The newest counts.</summary>
public readonly ref struct Profile
{
    private const int ColourBytes = 3;

    /// <summary>UTF-8, 1–<see cref="Limits.MaxNameBytes"/> bytes; <see cref="Payloads.Name"/> says whether it may be shown (T9).</summary>
    public ReadOnlySpan<byte> Name { get; init; }

    /// <summary>Red, green, blue.</summary>
    public ReadOnlySpan<byte> Colour { get; init; }

    /// <summary>What they say they are here with; a number without a name is a browser.</summary>
    public ClientKind Client { get; init; }

    public static bool TryParse(ReadOnlySpan<byte> payload, out Profile profile, out WireError error)
    {
        var reader = Payload.Read(payload);
        profile = new Profile
        {
            Name = reader.Text16(1, Limits.MaxNameBytes),
            Colour = reader.Bytes(ColourBytes),
            Client = reader is { Ok: true, Remaining: > 0 } ? (ClientKind)reader.U8() : ClientKind.Browser,
        };
        return reader.End(out error);
    }

    public byte[] Encode()
    {
        var bytes = new byte[2 + Name.Length + ColourBytes + (Client == ClientKind.Browser ? 0 : 1)];
        var writer = new ByteWriter(bytes);
        writer.B16(Name);
        writer.Bytes(Colour);
        if (Client != ClientKind.Browser)
            writer.U8((byte)Client);
        return bytes;
    }
}

public enum ClientKind : byte
{
    Browser,
    Terminal,
    Editor,
    Agent,
}
