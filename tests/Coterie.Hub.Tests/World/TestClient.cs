using System.Buffers;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Coterie.Protocol.Keys;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;

namespace Coterie.Hub.Tests.World;

/// <summary>A frame that the hub sent.</summary>
internal sealed record Received(HubFrame Type, byte[] Body)
{
    public (Refusal Code, bool Fatal, string Text) Error()
    {
        Assert.Equal(HubFrame.Error, Type);
        Assert.True(ErrorFrame.TryParse(Body, out var error, out _));
        return (error.Code, error.Fatal, Encoding.UTF8.GetString(error.Text));
    }

    public StreamId ErrorStream =>
        ErrorFrame.TryParse(Body, out var error, out _) ? error.Stream : throw new InvalidOperationException();

    public (Refusal Code, ulong Counter) Refused()
    {
        Assert.Equal(HubFrame.Refused, Type);
        Assert.True(Protocol.Wire.Frames.Refused.TryParse(Body, out var refused, out _));
        Assert.False(refused.Text.IsEmpty);
        return (refused.Code, refused.Counter);
    }

    public ulong Seq => new ByteReader(Body).U64();
}

/// <summary>
/// The smallest real client: speaks the protocol over a real socket, keeps each stream's chain by what it is sent, and fails when
/// the chain does not hold. Frames are taken one by one.
/// </summary>
internal sealed class TestClient(TestRoom room, SigningKey key) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly ClientWebSocket socket = new();
    private readonly ArrayBufferWriter<byte> output = new();
    private readonly Queue<Received> waiting = [];
    private readonly Dictionary<StreamId, (ulong Seq, Digest Head)> heads = [];
    private readonly Dictionary<(SessionId, StreamId, ulong), byte[]> sealedRecords = [];
    private readonly Dictionary<(StreamId, RecordClass), ulong> counters = [];
    private readonly byte[] buffer = new byte[64 * 1024];
    private byte[] partial = [];

    public SigningKey Key { get; } = key;
    public Digest Challenge { get; private set; }
    public IncarnationId Incarnation { get; private set; }
    public Cert? Cert { get; set; }
    public Session? Session { get; private set; }
    public HashSet<SessionId> Met { get; } = [];
    public Manifest Manifest { get; set; } = room.Newest;
    public List<ulong> Seqs { get; } = [];

    public static Task<TestClient> GreetAsync(TestHost host, TestRoom room, SigningKey? key = null) =>
        GreetAsync(host.Url, room, key);

    public static async Task<TestClient> GreetAsync(Uri url, TestRoom room, SigningKey? key = null)
    {
        var client = await ConnectAsync(url, room, key);
        await client.SendAsync(output => new Hello { Suite = 1 }.Write(output));
        client.Take(await client.NextAsync(HubFrame.Welcome));
        return client;
    }

    public static Task<TestClient> ConnectAsync(TestHost host, TestRoom room, SigningKey? key = null) =>
        ConnectAsync(host.Url, room, key);

    private static async Task<TestClient> ConnectAsync(Uri url, TestRoom room, SigningKey? key)
    {
        var client = new TestClient(room, key ?? SigningKey.Create());
        await client.socket.ConnectAsync(url, CancellationToken.None);
        return client;
    }

    /// <summary>Founds the room and is its owner in it.</summary>
    public static async Task<TestClient> FoundAsync(TestHost host, TestRoom room, RoomKind kind = RoomKind.Permanent)
    {
        var client = await GreetAsync(host, room, room.Owner);
        await client.CreateAsync(kind);
        await client.NextAsync(HubFrame.Created);
        await client.JoinAsync(Role.Owner);
        return client;
    }

    public static async Task<TestClient> EnterAsync(TestHost host, TestRoom room, Role role, SigningKey? key = null)
    {
        var client = await GreetAsync(host, room, key);
        await client.LookAsync();
        await client.JoinAsync(role);
        return client;
    }

    /// <param name="doors">All where not said.</param>
    /// <param name="manifests">All where not said.</param>
    public Task CreateAsync(
        RoomKind kind,
        byte[]? adminKey = null,
        IEnumerable<Door>? doors = null,
        IEnumerable<Manifest>? manifests = null
    ) =>
        SendAsync(output =>
            Create.Write(
                output,
                kind,
                adminKey ?? (kind == RoomKind.Permanent ? TestHost.Key : []),
                room.Genesis.Encoded,
                [.. (manifests ?? room.Manifests).Select(manifest => manifest.Encoded.ToArray())],
                [.. (doors ?? room.Doors).Select(door => door.Encoded.ToArray())]
            )
        );

    public async Task<Received> LookAsync()
    {
        await SendAsync(output => new Look { Room = room.Id }.Write(output));
        var answer = await NextAsync(HubFrame.Room);
        Take(answer);
        return answer;
    }

    /// <summary>Joins and reads up to its own member frame, which is the last of those that come.</summary>
    public async Task JoinAsync(Role role, SessionId replaces = default, Cert? cert = null)
    {
        Cert = cert ?? room.Certify(Key, role);
        await SendJoinAsync(Sign(Cert, replaces: replaces));
        while (await NextAsync() is { Type: not HubFrame.Joined } frame)
        {
            Assert.NotEqual(HubFrame.Error, frame.Type);
        }
        while (!Met.Contains(Session!.Id))
        {
            await UntilAsync(HubFrame.Member); // keys that were kept for it may come before
        }
    }

    public Session Sign(
        Cert cert,
        Digest? challenge = null,
        string origin = TestRoom.Origin,
        SessionId replaces = default
    ) =>
        Protocol.Rooms.Session.Sign(
            Key,
            cert,
            RandomNumberGenerator.GetBytes(16),
            replaces,
            challenge ?? Challenge,
            Protocol.Rooms.Session.HashOrigin(origin)
        );

    public Task SendJoinAsync(Session session)
    {
        Session = session;
        counters.Clear();
        return SendAsync(output => new Join { Cert = Cert!.Encoded, Session = session.Encoded }.Write(output));
    }

    public Task SubscribeAsync(StreamId stream, SubscribeMode mode = SubscribeMode.Log)
    {
        var (seq, head) = HeadOf(stream);
        return SubscribeAsync(stream, seq, head, mode);
    }

    public Task SubscribeAsync(StreamId stream, ulong seq, Digest head, SubscribeMode mode = SubscribeMode.Log) =>
        SendAsync(output =>
            new Subscribe
            {
                Stream = stream,
                FromSeq = seq,
                FromHead = head,
                Mode = mode,
            }.Write(output)
        );

    public (ulong Seq, Digest Head) HeadOf(StreamId stream) =>
        heads.TryGetValue(stream, out var head) ? head : (0, Chain.Start(room.Id, stream, Incarnation));

    public void Forget(StreamId stream) => heads.Remove(stream);

    /// <summary>A record as a well-behaved client seals it; bend any of its header.</summary>
    public byte[] Record(
        RecordClass recordClass,
        StreamId stream,
        byte[]? payload = null,
        byte[]? clear = null,
        Func<RecordHeader, RecordHeader>? bend = null,
        SigningKey? signer = null
    )
    {
        var durable = Classes.Row(recordClass).Durable;
        var counted = (stream, durable ? RecordClass.Edit : recordClass);
        var counter = counters.GetValueOrDefault(counted) + 1;
        counters[counted] = counter;
        var (seq, head) = durable ? HeadOf(stream) : (0, Chain.Start(room.Id, stream, Incarnation));
        var header = new RecordHeader(
            recordClass,
            Manifest.Version,
            room.Id,
            stream,
            Session!.Id,
            counter,
            seq,
            Chain.Seen(head, Manifest.Hash)
        );
        header = bend is null ? header : bend(header);
        using var sealer = new RecordSealer(room.EpochKey, header.Session, header.Class, header.Stream, Cert!.Member);
        var record = sealer.Seal(header, clear ?? [], payload ?? [1, 2, 3], signer ?? Key);
        sealedRecords[(header.Session, header.Stream, header.Counter)] = record;
        return record;
    }

    public Task AppendAsync(byte[] record) => SendAsync(output => Carriers.Write(output, ClientFrame.Append, record));

    public Task RelayAsync(byte[] record) => SendAsync(output => Carriers.Write(output, ClientFrame.Send, record));

    /// <summary>Appends and waits for the ack.</summary>
    public async Task<Received> WriteAsync(
        RecordClass recordClass,
        StreamId stream,
        byte[]? payload = null,
        byte[]? clear = null
    )
    {
        await AppendAsync(Record(recordClass, stream, payload, clear));
        return await UntilAsync(HubFrame.Ack);
    }

    public static byte[] CreateClear(NodeId node, TreeKind kind = TreeKind.CreateFile, NodeId parent = default)
    {
        var clear = new byte[33];
        node.CopyTo(clear);
        parent.CopyTo(clear.AsSpan(16));
        clear[32] = (byte)kind;
        return clear;
    }

    /// <summary>Creates a file and gives its stream.</summary>
    public async Task<StreamId> NewFileAsync()
    {
        var node = NodeId.Read(RandomNumberGenerator.GetBytes(16));
        await WriteAsync(RecordClass.Tree, room.Streams.Tree, [.. new byte[16], 0, 1, (byte)'a'], CreateClear(node));
        return node.ToStream();
    }

    public async Task SendAsync(Action<ArrayBufferWriter<byte>> write)
    {
        output.ResetWrittenCount();
        write(output);
        await SendRawAsync(output.WrittenMemory);
    }

    public async Task SendRawAsync(
        ReadOnlyMemory<byte> message,
        WebSocketMessageType type = WebSocketMessageType.Binary
    ) => await socket.SendAsync(message, type, true, CancellationToken.None);

    /// <summary>The next frame, which is of this type.</summary>
    public async Task<Received> NextAsync(HubFrame type)
    {
        var frame = await NextAsync();
        Assert.True(frame is not null, $"closed, expected {type}");
        Assert.True(
            frame.Type == type,
            frame.Type == HubFrame.Error
                ? $"expected {type}, got {frame.Error()}"
                : $"expected {type}, got {frame.Type}"
        );
        return frame;
    }

    /// <summary>The next frame of this type; others are dropped (after the chain took them).</summary>
    public async Task<Received> UntilAsync(HubFrame type)
    {
        while (true)
        {
            var frame = await NextAsync();
            Assert.True(frame is not null, $"closed before {type}");
            if (frame.Type == type)
            {
                return frame;
            }
        }
    }

    /// <summary>The next frame; null when the hub has closed.</summary>
    public async Task<Received?> NextAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        while (waiting.Count == 0)
        {
            try
            {
                var part = await socket.ReceiveAsync(buffer.AsMemory(), patience.Token);
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, patience.Token);
                    return null;
                }
                Split([.. partial, .. buffer.AsSpan(0, part.Count)]);
            }
            catch (WebSocketException)
            {
                return null;
            }
        }
        var frame = waiting.Dequeue();
        Follow(frame);
        return frame;
    }

    /// <summary>What arrived and was not taken, after a pong that follows everything sent before.</summary>
    public async Task<List<Received>> SettleAsync()
    {
        await SendAsync(output => new Ping { Nonce = 99 }.Write(output));
        var frames = new List<Received>();
        while (await NextAsync() is { } frame)
        {
            if (frame.Type == HubFrame.Pong)
            {
                break;
            }
            frames.Add(frame);
        }
        return frames;
    }

    public async ValueTask DisposeAsync()
    {
        socket.Abort();
        socket.Dispose();
        await ValueTask.CompletedTask;
    }

    private void Split(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= 4)
        {
            var length = (int)new ByteReader(bytes).U32();
            if (bytes.Length < 4 + length)
            {
                break;
            }
            waiting.Enqueue(new Received((HubFrame)bytes[4], bytes[5..(4 + length)].ToArray()));
            bytes = bytes[(4 + length)..];
        }
        partial = bytes.ToArray();
    }

    /// <summary>Checks W3, W4 and J14 for every frame, whatever the test is about.</summary>
    private void Follow(Received frame)
    {
        switch (frame.Type)
        {
            case HubFrame.Room or HubFrame.Welcome:
                Take(frame);
                break;
            case HubFrame.Manifest:
                Assert.True(ManifestFrame.TryParse(frame.Body, out var change, out _));
                Assert.True(Manifest.TryParse(change.Manifest, out var manifest, out _));
                Manifest = manifest;
                break;
            case HubFrame.Member:
                Assert.True(MemberFrame.TryParse(frame.Body, out var member, out _));
                Assert.True(Protocol.Rooms.Session.TryParse(member.Session, out var session, out _));
                Met.Add(session.Id);
                break;
            case HubFrame.Stream:
                Assert.True(StreamFrame.TryParse(frame.Body, out var stream, out _));
                heads[stream.Stream] = (stream.BaseSeq, stream.BaseHead);
                break;
            case HubFrame.Deliver:
                Assert.True(Envelope.TryParse(frame.Body, out var envelope, out _));
                Assert.Contains(envelope.Record.Session, Met);
                Assert.True(envelope.Record.Version <= Manifest.Version);
                Step(envelope.Record.Stream, envelope.Seq, envelope.ServerTime, envelope.Record.Hash());
                break;
            case HubFrame.Ack:
                Assert.True(Ack.TryParse(frame.Body, out var ack, out _));
                var own = sealedRecords[(ack.Session, ack.Stream, ack.Counter)];
                if (HeadOf(ack.Stream).Seq + 1 == ack.Seq)
                {
                    Step(ack.Stream, ack.Seq, ack.ServerTime, Hash.Of("record"u8, own));
                    Assert.Equal(ack.Head, HeadOf(ack.Stream).Head);
                }
                break;
        }
    }

    private void Step(StreamId stream, ulong seq, ulong time, Digest record)
    {
        var (last, head) = HeadOf(stream);
        Assert.Equal(last + 1, seq);
        heads[stream] = (seq, Chain.Next(head, seq, time, record));
        Seqs.Add(seq);
    }

    private void Take(Received frame)
    {
        if (frame.Type == HubFrame.Welcome)
        {
            Assert.True(Welcome.TryParse(frame.Body, out var welcome, out _));
            Challenge = welcome.Challenge;
            return;
        }
        Assert.True(RoomFrame.TryParse(frame.Body, out var given, out _));
        Incarnation = given.Incarnation;
        foreach (var encoded in given.Manifests)
        {
            Assert.True(Manifest.TryParse(encoded, out var manifest, out _));
            Manifest = manifest;
        }
    }
}
