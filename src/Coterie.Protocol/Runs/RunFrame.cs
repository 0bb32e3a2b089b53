using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Runs;

/// <summary>A client's messages on the socket of runs: this byte, then the body (section 16).</summary>
public enum RunFrame : byte
{
    /// <summary>roomId, sealed order.</summary>
    Start = 1,

    /// <summary>runId, access 32, from u32.</summary>
    Watch = 2,

    /// <summary>A sealed command.</summary>
    Command = 3,
}

/// <summary>The server's.</summary>
public enum RunAnswer : byte
{
    /// <summary>suite u8, challenge 32, run key 65.</summary>
    Welcome = 1,

    /// <summary>index u32, sealed event.</summary>
    Event = 2,

    /// <summary>code u16, text b16; the connection ends behind it.</summary>
    Refused = 3,
}

/// <summary>A client's message, taken apart; what does not belong to its type is empty.</summary>
public readonly ref struct RunClientFrame
{
    private const int AccessBytes = 32;

    public RunFrame Type { get; private init; }
    public RoomId Room { get; private init; }
    public RunId Run { get; private init; }
    public ReadOnlySpan<byte> Access { get; private init; }
    public uint From { get; private init; }

    /// <summary>The order of a start, or the command: all behind what comes before it.</summary>
    public ReadOnlySpan<byte> Sealed { get; private init; }

    public static bool TryParse(ReadOnlySpan<byte> bytes, out RunClientFrame frame, out WireError error)
    {
        var reader = new ByteReader(bytes);
        var type = (RunFrame)reader.U8((byte)RunFrame.Start, (byte)RunFrame.Command);
        frame = type switch
        {
            RunFrame.Start => new() { Room = new RoomId(reader.U128()), Sealed = reader.Rest() },
            RunFrame.Command => new() { Sealed = reader.Rest() },
            _ => new()
            {
                Run = new RunId(reader.U128()),
                Access = reader.Bytes(AccessBytes),
                From = reader.U32(),
            },
        };
        frame = frame with { Type = type };
        return reader.End(out error);
    }
}
