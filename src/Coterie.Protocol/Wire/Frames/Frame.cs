using System.Buffers;
using System.Buffers.Binary;

namespace Coterie.Protocol.Wire.Frames;

/// <summary>
/// A message is one or more frames <c>length u32 | type u8 | body</c>; the length counts type and body (PROTOCOL.md section 9).
/// This splits messages and frames bodies; what a body holds is the type's own.
/// </summary>
public static class Frame
{
    public const int HeadBytes = 5;

    /// <summary>
    /// Takes the next frame off a message. False with <see cref="WireError.None"/> when the message is used up; false with an error
    /// when its rest is no frame.
    /// </summary>
    /// <param name="most">The longest legal frame in bytes, type and body: <see cref="Limits.MaxFrameBytes"/> from a client.</param>
    public static bool TryNext(
        ref ReadOnlySpan<byte> message,
        int most,
        out byte type,
        out ReadOnlySpan<byte> body,
        out WireError error
    )
    {
        type = 0;
        body = default;
        error = WireError.None;
        if (message.IsEmpty)
            return false;
        var reader = new ByteReader(message);
        var length = reader.U32();
        reader.Demand(length <= most, WireError.TooLarge);
        reader.Demand(length >= 1, WireError.Length);
        var frame = reader.Bytes(reader.Ok ? (int)length : 0);
        error = reader.Error;
        if (!reader.Ok)
            return false;
        message = message[reader.Position..];
        type = frame[0];
        body = frame[1..];
        return true;
    }

    /// <summary>Starts a frame whose body has exactly so many bytes; the writer takes them.</summary>
    public static ByteWriter Begin(IBufferWriter<byte> output, byte type, int bodyBytes)
    {
        ArgumentNullException.ThrowIfNull(output);
        var span = output.GetSpan(HeadBytes + bodyBytes)[..(HeadBytes + bodyBytes)];
        BinaryPrimitives.WriteUInt32BigEndian(span, (uint)bodyBytes + 1);
        span[4] = type;
        return new ByteWriter(span[HeadBytes..]);
    }

    /// <summary>Ends the frame that <see cref="Begin"/> started.</summary>
    public static void End(IBufferWriter<byte> output, in ByteWriter body)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.Advance(HeadBytes + body.Position);
    }
}
