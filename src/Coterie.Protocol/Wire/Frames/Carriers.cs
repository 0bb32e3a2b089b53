using System.Buffers;

namespace Coterie.Protocol.Wire.Frames;

/// <summary>Writes the frames whose body is a record, an envelope, or nothing. Their parsers are <see cref="RecordView"/> and <see cref="Envelope"/>.</summary>
public static class Carriers
{
    /// <summary>Append, Send or Leave.</summary>
    public static void Write(IBufferWriter<byte> output, ClientFrame type, ReadOnlySpan<byte> body) =>
        Write(output, (byte)type, body);

    /// <summary>Relay, Destroyed, or a whole envelope as Snapshot or Deliver.</summary>
    public static void Write(IBufferWriter<byte> output, HubFrame type, ReadOnlySpan<byte> body) =>
        Write(output, (byte)type, body);

    /// <summary>Snapshot or Deliver of a record at its place.</summary>
    public static void WriteEnvelope(
        IBufferWriter<byte> output,
        HubFrame type,
        ulong seq,
        ulong serverTime,
        ReadOnlySpan<byte> record
    )
    {
        var writer = Frame.Begin(output, (byte)type, Envelope.HeadBytes + record.Length);
        Envelope.WriteHead(writer.Take(Envelope.HeadBytes), seq, serverTime);
        writer.Bytes(record);
        Frame.End(output, writer);
    }

    private static void Write(IBufferWriter<byte> output, byte type, ReadOnlySpan<byte> body)
    {
        var writer = Frame.Begin(output, type, body.Length);
        writer.Bytes(body);
        Frame.End(output, writer);
    }
}
