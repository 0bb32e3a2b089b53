using System.Security.Cryptography;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;

namespace Coterie.Hub.Tests.World;

/// <summary>Content that a client seals for a room, with the frames that bring it.</summary>
internal sealed class TestBlob
{
    /// <param name="said">What its offer says of its length, sealed, where that is not true.</param>
    public TestBlob(TestRoom room, int size, long? said = null)
    {
        var (content, key) = (RandomNumberGenerator.GetBytes(size), RandomNumberGenerator.GetBytes(32));
        for (var index = 0; index < Blob.CountOf(size); index++)
        {
            var from = Math.Min(size, index * Protocol.Limits.BlobChunkBytes);
            var piece = content.AsSpan(from, Blob.ContentBytes(size, index));
            Chunks.Add(Blob.Seal(key, room.Id, size, index, piece));
        }
        Hashes = [.. Chunks.Select(chunk => Blob.HashOf(chunk))];
        SealedBytes = said ?? Blob.SealedBytes(size);
        Id = Blob.IdOf(room.Id, SealedBytes, Hashes);
    }

    public List<byte[]> Chunks { get; } = [];
    public IReadOnlyList<Digest> Hashes { get; }
    public BlobId Id { get; }
    public long SealedBytes { get; }

    public Task OfferAsync(TestClient client) =>
        client.SendAsync(output => Offer.Write(output, Id, (ulong)SealedBytes, Hashes));

    /// <summary>Offers it and gives the indexes that are missing.</summary>
    public async Task<List<int>> MissingAsync(TestClient client)
    {
        await OfferAsync(client);
        var frame = await client.UntilAsync(HubFrame.Offered);
        Assert.True(Offered.TryParse(frame.Body, out var offered, out _));
        Assert.Equal(Id, offered.Blob);
        return [.. offered.Missing.ToArray().Chunk(2).Select(index => (index[0] << 8) | index[1])];
    }

    public Task SendAsync(TestClient client, int index, byte[]? bytes = null) =>
        client.SendAsync(output =>
            new Chunk
            {
                Blob = Id,
                Index = index,
                Bytes = bytes ?? Chunks[index],
            }.Write(output, ClientFrame.Chunk)
        );

    /// <summary>Leaves all of it at the hub.</summary>
    public async Task PutAsync(TestClient client)
    {
        foreach (var index in await MissingAsync(client))
        {
            await SendAsync(client, index);
            await TookAsync(client, index);
        }
    }

    public async Task TookAsync(TestClient client, int index)
    {
        var frame = await client.UntilAsync(HubFrame.Took);
        Assert.True(ChunkName.TryParse(frame.Body, out var took, out _));
        Assert.Equal(new ChunkName(Id, index), took);
    }

    public Task WantAsync(TestClient client, int index) =>
        client.SendAsync(output => new ChunkName(Id, index).WriteWant(output));

    public async Task HasAsync(TestClient client)
    {
        for (var index = 0; index < Chunks.Count; index++)
        {
            await WantAsync(client, index);
            var frame = await client.UntilAsync(HubFrame.Chunk);
            Assert.True(Chunk.TryParse(frame.Body, out var chunk, out _));
            Assert.Equal((Id, index), (chunk.Blob, chunk.Index));
            Assert.True(chunk.Bytes.SequenceEqual(Chunks[index]));
        }
    }

    public async Task<Refusal> RefusedAsync(TestClient client)
    {
        var frame = await client.UntilAsync(HubFrame.BlobRefused);
        Assert.True(BlobRefused.TryParse(frame.Body, out var refused, out _));
        Assert.Equal(Id, refused.Blob);
        Assert.NotEqual(0, refused.Text.Length);
        return refused.Code;
    }

    /// <summary>Whether the hub has all of it still.</summary>
    public async Task<bool> IsThereAsync(TestClient client)
    {
        await WantAsync(client, 0);
        while (true)
        {
            var frame = await client.NextAsync();
            Assert.NotNull(frame);
            if (frame.Type is HubFrame.Chunk or HubFrame.BlobRefused)
            {
                return frame.Type == HubFrame.Chunk;
            }
        }
    }

    /// <summary>Makes a file of it, or gives it to one.</summary>
    public Task AppendAsync(TestClient client, StreamId tree, TreeKind kind, NodeId node) =>
        client.AppendAsync(
            client.Record(RecordClass.Tree, tree, clear: [.. TestClient.CreateClear(node, kind), .. Id.Value.ToArray()])
        );

    public async Task<NodeId> FileAsync(TestClient client, StreamId tree)
    {
        var node = NodeId.Read(RandomNumberGenerator.GetBytes(16));
        await AppendAsync(client, tree, TreeKind.CreateBinary, node);
        await client.UntilAsync(HubFrame.Ack);
        return node;
    }

    /// <summary>The clear part of a snapshot of all that its author has read of a stream.</summary>
    public static byte[] SnapshotClear(TestClient author, StreamId stream, params TestBlob[] blobs)
    {
        var (seq, head) = author.HeadOf(stream);
        var clear = new byte[89 + (32 * blobs.Length)];
        var writer = new ByteWriter(clear);
        writer.U128(stream.Value);
        writer.U64(seq);
        writer.Digest(head);
        writer.Digest(default);
        writer.U8((byte)blobs.Length);
        foreach (var blob in blobs)
        {
            writer.Digest(blob.Id.Value);
        }
        return clear;
    }
}
