using System.Buffers;
using Coterie.Crdt.Bytes;

namespace Coterie.Crdt;

/// <summary>How much of each client is known: its next clock. What is not in it is not known at all.</summary>
public sealed class StateVector
{
    // In the order in which clients were set, which is the order of encoding for a vector read from an update.
    private readonly OrderedDictionary<ulong, int> _clocks = [];

    /// <summary>The clients of which something is known.</summary>
    public IReadOnlyCollection<ulong> Clients => _clocks.Keys;

    /// <summary>The next clock of a client; 0 when nothing is known of it.</summary>
    public int this[ulong client] => _clocks.GetValueOrDefault(client);

    /// <summary>Whether it says something of a client.</summary>
    public bool Has(ulong client) => _clocks.ContainsKey(client);

    internal void Set(ulong client, int clock) => _clocks[client] = clock;

    /// <summary>As bytes, clients from the highest id down.</summary>
    public byte[] Encode() => Write().ToArray();

    /// <summary>As <see cref="Encode()"/>, written behind what is in a buffer.</summary>
    public void Encode(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        Write().CopyTo(output);
    }

    private ByteWriter Write()
    {
        var writer = new ByteWriter();
        writer.VarUint(_clocks.Count);
        foreach (var (client, clock) in _clocks.OrderByDescending(static each => each.Key))
        {
            writer.VarUint(client);
            writer.VarUint(clock);
        }
        return writer;
    }

    /// <summary>From bytes.</summary>
    /// <exception cref="InvalidUpdateException">They are no state vector.</exception>
    public static StateVector Decode(ReadOnlySpan<byte> bytes)
    {
        var reader = new ByteReader(bytes);
        return Read(ref reader);
    }

    internal static StateVector Read(scoped ref ByteReader reader)
    {
        var vector = new StateVector();
        var count = reader.Small(reader.Left / 2, "more clients than there are bytes");
        for (var at = 0; at < count; at++)
        {
            var client = reader.VarUint();
            vector.Set(client, reader.Small(Limits.MostClock, "a clock of more than 31 bits"));
        }
        return vector;
    }
}
