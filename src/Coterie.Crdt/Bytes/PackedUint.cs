using System.Runtime.InteropServices;

namespace Coterie.Crdt.Bytes;

/// <summary>An integer of at most 53 bits as a varUint: its bytes, the first one lowest, and how many. For what is written again and again.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct PackedUint
{
    public readonly ulong Bytes;
    public readonly int Count;

    /// <summary>Where the bytes of it are in eight that begin with it.</summary>
    public ulong Mask => ulong.MaxValue >> (64 - 8 * Count);

    public PackedUint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            Bytes |= (value & 0x7f | 0x80) << (8 * Count++);
        Bytes |= value << (8 * Count++);
    }
}
