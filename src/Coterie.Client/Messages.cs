using System.Buffers.Binary;
using Coterie.Protocol.Wire.Frames;

namespace Coterie.Client;

/// <summary>Cuts a run of frames into messages, between frames, because a hub takes only so many bytes in one message (W1).</summary>
internal static class Messages
{
    public static IEnumerable<ReadOnlyMemory<byte>> Split(ReadOnlyMemory<byte> frames, int mostBytes)
    {
        var start = 0;
        var at = 0;
        while (at < frames.Length)
        {
            var length = Frame.HeadBytes - 1 + (int)BinaryPrimitives.ReadUInt32BigEndian(frames.Span[at..]);
            if (at > start && at + length - start > mostBytes)
            {
                yield return frames[start..at];
                start = at;
            }
            at += length;
        }
        if (at > start)
            yield return frames[start..at];
    }
}
