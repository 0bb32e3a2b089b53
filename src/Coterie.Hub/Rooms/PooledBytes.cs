using System.Buffers;

namespace Coterie.Hub.Rooms;

/// <summary>Bytes written one after the other into a rented buffer, which <see cref="Clear"/> gives back. Not for several threads at once.</summary>
internal sealed class PooledBytes : IBufferWriter<byte>
{
    private const int LeastBytes = 1024;
    private byte[] buffer = [];
    private int count;

    public ReadOnlySpan<byte> Written => buffer.AsSpan(0, count);

    public void Advance(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, buffer.Length - count);
        count += bytes;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return buffer.AsMemory(count);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return buffer.AsSpan(count);
    }

    public void Clear()
    {
        GiveBack(buffer);
        buffer = [];
        count = 0;
    }

    private void Reserve(int more)
    {
        if (buffer.Length - count >= Math.Max(1, more))
        {
            return;
        }
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(LeastBytes, Math.Max(buffer.Length * 2, count + more)));
        Written.CopyTo(larger);
        GiveBack(buffer);
        buffer = larger;
    }

    private static void GiveBack(byte[] rented)
    {
        if (rented.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
