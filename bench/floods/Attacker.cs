using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Coterie.Client;
using Coterie.Protocol.Keys;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Rooms.Payloads;
using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;

namespace Coterie.Bench.Floods;

/// <summary>
/// One connection of who means harm. It writes as fast as the server takes, and reads all that comes: an attacker who did not read would be dropped as a
/// slow reader. Each of its methods runs until the process is killed.
/// </summary>
internal sealed class Attacker(IPEndPoint server, string address, Insider insider) : IDisposable
{
    private const int BatchBytes = 32 * 1024;
    private const int MostAhead = 2_000; // records: one that had seen too little would be refused, and its session with it (J10)
    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
    {
        NoDelay = true,
    };
    private byte[] incoming = new byte[2 * 1024]; // thousands of them must fit
    private readonly MemberKeys keys = MemberKeys.Create();
    private readonly object seeing = new();
    private ulong acknowledged;
    private (ulong Seq, Digest Head) seen;
    private Session? session;
    private Cert? cert;
    private IncarnationId incarnation;
    private Digest challenge;
    private int held;

    /// <summary>The handshake of HTTP. False where the server refuses it.</summary>
    public bool Connect()
    {
        socket.Connect(server);
        socket.Send(
            Encoding.ASCII.GetBytes(
                $"GET /hub HTTP/1.1\r\nHost: {server}\r\nOrigin: http://{server}\r\nX-Forwarded-For: {address}\r\nUpgrade: websocket\r\n"
                    + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
            )
        );
        while (incoming.AsSpan(0, held).IndexOf("\r\n\r\n"u8) < 0)
        {
            var read = socket.Receive(incoming.AsSpan(held));
            if (read == 0)
                return false;
            held += read;
        }
        var end = incoming.AsSpan(0, held).IndexOf("\r\n\r\n"u8) + 4;
        var taken = incoming.AsSpan(0, held).StartsWith("HTTP/1.1 101"u8);
        incoming.AsSpan(end, held - end).CopyTo(incoming);
        held -= end;
        return taken;
    }

    public void Dispose()
    {
        socket.Dispose();
        keys.Dispose();
    }

    /// <summary>Says hello and looks at the room; with a place in it joins, as one whom its owner has let in.</summary>
    public void Enter(bool join)
    {
        Send(output => new Hello { Suite = 1 }.Write(output));
        Await(HubFrame.Welcome);
        Send(output => new Look { Room = insider.Room }.Write(output));
        Await(HubFrame.Room);
        (cert, session) = Papers();
        if (!join)
            return;
        Send(output => new Join { Cert = cert.Encoded, Session = session.Encoded }.Write(output));
        Await(HubFrame.Joined);
        var chat = new FixedStreams(insider.Room).Chat;
        var start = Chain.Start(insider.Room, chat, incarnation);
        Send(output =>
            new Subscribe
            {
                Stream = chat,
                FromHead = start,
                Mode = SubscribeMode.Log,
            }.Write(output)
        );
        Await(HubFrame.Stream);
    }

    /// <summary>Reads on for ever, on a thread of its own.</summary>
    public void ReadOn() =>
        new Thread(() =>
        {
            try
            {
                while (Take()) { }
            }
            catch (SocketException)
            {
                // The server has ended it.
            }
        })
        {
            IsBackground = true,
        }.Start();

    /// <summary>Signed messages of the chat, as many as there are.</summary>
    public void Write()
    {
        var chat = new FixedStreams(insider.Room).Chat;
        using var sealer = new RecordSealer(insider.EpochKey, session!.Id, RecordClass.Chat, chat, keys.Member);
        var payload = new Chat { OpId = 1, Text = "I am many"u8 }.Encode();
        for (ulong counter = 1; ; counter++)
        {
            (ulong Seq, Digest Head) last;
            lock (seeing)
            {
                while (counter > acknowledged + MostAhead)
                    Monitor.Wait(seeing);
                last = seen;
            }
            var sees = Chain.Seen(last.Head, insider.Manifest.Hash);
            var header = new RecordHeader(
                RecordClass.Chat,
                insider.Manifest.Version,
                insider.Room,
                chat,
                session.Id,
                counter,
                last.Seq,
                sees
            );
            Gather(output => Carriers.Write(output, ClientFrame.Append, sealer.Seal(header, [0], payload, keys.Sign)));
        }
    }

    /// <summary>Signals, which nobody stores and everybody is sent.</summary>
    public void Signal()
    {
        var control = new FixedStreams(insider.Room).Control;
        var sees = Chain.Seen(Chain.Start(insider.Room, control, incarnation), insider.Manifest.Hash);
        using var sealer = new RecordSealer(insider.EpochKey, session!.Id, RecordClass.Signal, control, keys.Member);
        var payload = new Spotlight(1).Encode();
        for (ulong counter = 1; ; counter++)
        {
            var header = new RecordHeader(
                RecordClass.Signal,
                insider.Manifest.Version,
                insider.Room,
                control,
                session.Id,
                counter,
                0,
                sees
            );
            Gather(output => Carriers.Write(output, ClientFrame.Send, sealer.Seal(header, [], payload, keys.Sign)));
        }
    }

    /// <summary>Joins whose Cert an impostor signed.</summary>
    public void Join()
    {
        var wrong = cert!.Encoded.ToArray();
        wrong[^1] ^= 1;
        Repeat(output => new Join { Cert = wrong, Session = session!.Encoded }.Write(output));
    }

    /// <summary>Guesses at doors, and knocks at none.</summary>
    public void Guess() =>
        Repeat(output =>
        {
            new Open
            {
                Room = insider.Room,
                Door = 1,
                Access = RandomNumberGenerator.GetBytes(32),
            }.Write(output);
            Knock.Write(output, keys.Sign.Public, keys.Dh.Public, [new byte[200]]);
            new Fetch { Room = insider.Room, Member = keys.Member }.Write(output);
        });

    /// <summary>Asks for chunks that are not there.</summary>
    public void Want() =>
        Repeat(output =>
            new ChunkName(new BlobId(Digest.Read(RandomNumberGenerator.GetBytes(32))), 0).WriteWant(output)
        );

    /// <summary>Pings, which the hub never sees.</summary>
    public void Ping() => Flood([.. Enumerable.Repeat<byte[]>([0x89, 0x80, 0, 0, 0, 0], 1_000).SelectMany(one => one)]);

    /// <summary>A message of empty pieces.</summary>
    public void Pieces()
    {
        socket.Send([0x02, 0x80, 0, 0, 0, 0]);
        Flood([.. Enumerable.Repeat<byte[]>([0x00, 0x80, 0, 0, 0, 0], 1_000).SelectMany(one => one)]);
    }

    private (Cert, Session) Papers()
    {
        var own = Cert.Issue(insider.Owner, insider.Room, 0, Role.Editor, keys.Sign.Public, keys.Dh.Public, issuer: 1);
        var origin = Session.HashOrigin($"http://{server}");
        return (own, Session.Sign(keys.Sign, own, RandomNumberGenerator.GetBytes(16), default, challenge, origin));
    }

    private void Repeat(Action<IBufferWriter<byte>> write)
    {
        while (true)
            Gather(write);
    }

    private readonly ArrayBufferWriter<byte> gathered = new();

    /// <summary>Frames leave together, as many as a message may well have.</summary>
    private void Gather(Action<IBufferWriter<byte>> write)
    {
        write(gathered);
        if (gathered.WrittenCount < BatchBytes)
            return;
        Message(gathered.WrittenSpan);
        gathered.ResetWrittenCount();
    }

    private void Flood(byte[] bytes)
    {
        while (true)
            SendAll(bytes);
    }

    private void Send(Action<IBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        Message(output.WrittenSpan);
    }

    private void Message(ReadOnlySpan<byte> message)
    {
        var frame = new byte[14 + message.Length];
        frame[0] = 0x82;
        frame[1] = 0x80 | 127;
        BinaryPrimitives.WriteUInt64BigEndian(frame.AsSpan(2), (ulong)message.Length);
        message.CopyTo(frame.AsSpan(14)); // masked by zeros
        SendAll(frame);
    }

    private void SendAll(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[socket.Send(bytes)..];
    }

    private readonly HashSet<HubFrame> met = [];

    private void Await(HubFrame wanted)
    {
        while (!met.Contains(wanted))
            if (!Take())
                throw new InvalidOperationException($"The server ended the connection before {wanted}.");
    }

    /// <summary>Reads once, and all frames that are whole. False at the end.</summary>
    private bool Take()
    {
        if (held == incoming.Length)
            Array.Resize(ref incoming, 2 * held);
        var read = socket.Receive(incoming.AsSpan(held));
        if (read == 0)
            return false;
        held += read;
        var rest = incoming.AsSpan(0, held);
        while (rest.Length >= 2)
        {
            var (length, head) = ((long)rest[1], 2);
            if (length >= 126)
                head = length == 126 ? 4 : 10;
            if (rest.Length < head)
                break;
            length = head switch
            {
                4 => BinaryPrimitives.ReadUInt16BigEndian(rest[2..]),
                10 => BinaryPrimitives.ReadInt64BigEndian(rest[2..]),
                _ => length,
            };
            if (rest.Length < head + length)
                break;
            if ((rest[0] & 15) is 0 or 2)
                Hear(rest.Slice(head, (int)length));
            rest = rest[(head + (int)length)..];
        }
        rest.CopyTo(incoming);
        held = rest.Length;
        return true;
    }

    private void Hear(ReadOnlySpan<byte> message)
    {
        while (Frame.TryNext(ref message, int.MaxValue, out var type, out var body, out _))
        {
            met.Add((HubFrame)type);
            switch ((HubFrame)type)
            {
                case HubFrame.Welcome when Welcome.TryParse(body, out var welcome, out _):
                    challenge = welcome.Challenge;
                    break;
                case HubFrame.Room when RoomFrame.TryParse(body, out var room, out _):
                    incarnation = room.Incarnation;
                    break;
                case HubFrame.Stream when StreamFrame.TryParse(body, out var stream, out _):
                    seen = (stream.HeadSeq, stream.Head); // what others wrote before
                    break;
                case HubFrame.Ack when Ack.TryParse(body, out var ack, out _):
                    lock (seeing)
                    {
                        seen = (ack.Seq, ack.Head);
                        acknowledged = ack.Counter;
                        Monitor.Pulse(seeing);
                    }
                    break;
            }
        }
    }
}

/// <summary>What one of the room's own people knows, as an attacker's process is told it.</summary>
internal sealed record Insider(RoomId Room, Manifest Manifest, byte[] EpochKey, SigningKey Owner)
{
    public string Write() =>
        string.Join(
            '.',
            Room.ToHex(),
            Convert.ToHexString(Manifest.Encoded),
            Convert.ToHexString(EpochKey),
            Convert.ToHexString(Owner.ToPkcs8())
        );

    public static Insider Read(string text)
    {
        var parts = text.Split('.');
        if (
            !RoomId.TryParseHex(parts[0], out var room)
            || !Manifest.TryParse(Convert.FromHexString(parts[1]), out var manifest, out _)
        )
            throw new FormatException(
                string.Create(CultureInfo.InvariantCulture, $"no room: {text.Length} characters")
            );
        var owner = SigningKey.FromPkcs8(Convert.FromHexString(parts[3]));
        return new Insider(room, manifest, Convert.FromHexString(parts[2]), owner);
    }
}
