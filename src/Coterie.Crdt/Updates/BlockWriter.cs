using Coterie.Crdt.Bytes;

namespace Coterie.Crdt.Updates;

/// <summary>
/// Writes structs one by one, without knowing beforehand how many there are of a client: each client's part is kept apart
/// until all are written. What goes into columns (format v2) goes there at once.
/// </summary>
internal sealed class BlockWriter<TWriter>(TWriter writer)
    where TWriter : IUpdateWriter
{
    private readonly List<(int Count, byte[] Bytes)> _parts = [];
    private ulong _client;
    private int _count;

    public void Write(in UpdateBlock block, int cut)
    {
        if (_count > 0 && _client != block.Client)
            EndPart();
        if (_count == 0)
        {
            _client = block.Client;
            writer.Client(block.Client);
            writer.Rest.VarUint(block.Clock + cut);
        }
        block.Write(writer, cut);
        _count++;
    }

    /// <summary>Puts the parts together, with what is deleted behind them.</summary>
    public void Finish(DeleteSet deletes)
    {
        EndPart();
        writer.Rest.VarUint(_parts.Count);
        foreach (var (count, bytes) in _parts)
        {
            writer.Rest.VarUint(count);
            writer.Rest.Bytes(bytes);
        }
        deletes.Write(writer);
    }

    private void EndPart()
    {
        if (_count == 0)
            return;
        _parts.Add((_count, writer.Rest.ToArray()));
        writer.Rest.Clear();
        _count = 0;
    }
}
