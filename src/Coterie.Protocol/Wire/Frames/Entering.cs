using System.Buffers;

namespace Coterie.Protocol.Wire.Frames;

/// <summary>Asks for a room's Genesis and manifests.</summary>
public readonly ref struct Look
{
    public RoomId Room { get; init; }

    public static bool TryParse(ReadOnlySpan<byte> body, out Look frame, out WireError error)
    {
        var reader = new ByteReader(body);
        frame = new Look { Room = new(reader.U128()) };
        return reader.End(out error);
    }

    public void Write(IBufferWriter<byte> output)
    {
        var writer = Frame.Begin(output, (byte)ClientFrame.Look, 16);
        writer.U128(Room.Value);
        Frame.End(output, writer);
    }
}

/// <summary>Asks for a Door by proof of access (K6).</summary>
public readonly ref struct Open
{
    public RoomId Room { get; init; }

    public byte Door { get; init; }

    /// <summary>access_d, 32 bytes; a secret.</summary>
    public ReadOnlySpan<byte> Access { get; init; }

    public static bool TryParse(ReadOnlySpan<byte> body, out Open frame, out WireError error)
    {
        var reader = new ByteReader(body);
        frame = new Open
        {
            Room = new(reader.U128()),
            Door = reader.U8(),
            Access = reader.Bytes(32),
        };
        return reader.End(out error);
    }

    public void Write(IBufferWriter<byte> output)
    {
        var writer = Frame.Begin(output, (byte)ClientFrame.Open, 49);
        writer.U128(Room.Value);
        writer.U8(Door);
        writer.Bytes(Access);
        Frame.End(output, writer);
    }
}

/// <summary>The Door that was opened.</summary>
public readonly ref struct DoorFrame
{
    public ReadOnlySpan<byte> Door { get; init; }

    public static bool TryParse(ReadOnlySpan<byte> body, out DoorFrame frame, out WireError error)
    {
        var reader = new ByteReader(body);
        frame = new DoorFrame { Door = reader.B16() };
        return reader.End(out error);
    }

    public void Write(IBufferWriter<byte> output)
    {
        var writer = Frame.Begin(output, (byte)HubFrame.Door, 2 + Door.Length);
        writer.B16(Door);
        Frame.End(output, writer);
    }
}

/// <summary>The room stands.</summary>
public readonly ref struct Created
{
    public RoomId Room { get; init; }

    public static bool TryParse(ReadOnlySpan<byte> body, out Created frame, out WireError error)
    {
        var reader = new ByteReader(body);
        frame = new Created { Room = new(reader.U128()) };
        return reader.End(out error);
    }

    public void Write(IBufferWriter<byte> output)
    {
        var writer = Frame.Begin(output, (byte)HubFrame.Created, 16);
        writer.U128(Room.Value);
        Frame.End(output, writer);
    }
}

/// <summary>An owner ends the room (H5).</summary>
public readonly ref struct Destroy
{
    /// <summary>Index in the current manifest's owners.</summary>
    public byte Owner { get; init; }

    /// <summary>Sign(owner, "destroy", roomId ‖ challenge).</summary>
    public ReadOnlySpan<byte> Signature { get; init; }

    public static bool TryParse(ReadOnlySpan<byte> body, out Destroy frame, out WireError error)
    {
        var reader = new ByteReader(body);
        frame = new Destroy { Owner = reader.U8(), Signature = reader.Bytes(64) };
        return reader.End(out error);
    }

    public void Write(IBufferWriter<byte> output)
    {
        var writer = Frame.Begin(output, (byte)ClientFrame.Destroy, 65);
        writer.U8(Owner);
        writer.Bytes(Signature);
        Frame.End(output, writer);
    }
}
