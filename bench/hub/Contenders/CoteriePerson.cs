using System.Buffers;
using System.Security.Cryptography;
using Coterie.Bench.Hub.Wire;
using Coterie.Client;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;
using Connection = Coterie.Bench.Hub.Wire.Connection;

namespace Coterie.Bench.Hub.Contenders;

/// <summary>
/// A member of a sealed room who types sealed, signed records that were made before the clock started, and who reads headers only: the
/// generator must not be what is measured. Joins as a real client does (hello, look, join, subscribe to control, tree, chat and the files)
/// but for the door, because the founder has certified these people.
/// </summary>
internal sealed class CoteriePerson(CoterieRoom room, string origin, int author, Tally tally) : Person(author, tally)
{
    private const int MostFrameBytes = 16 * 1024 * 1024;
    private const int MostPlanned = 500; // keystrokes sealed at once for one file
    private static readonly RandomNumberGenerator Random = RandomNumberGenerator.Create();
    private readonly MemberKeys keys = MemberKeys.Create();
    private readonly Queue<byte[]> prepared = new();
    private readonly List<int>[] keysOfFile = new List<int>[room.Files.Length]; // by file and counter: the keystroke's number
    private readonly ArrayBufferWriter<byte> output = new();
    private readonly Dictionary<StreamId, ulong> missing = []; // by stream: the head that the hub announced
    private int preparedUntil;
    private int unanswered;
    private Cert? cert;
    private Session? session;
    private IncarnationId incarnation;

    public override bool Settled => Tally.AckedOf(Author) == Typed;

    public override void Connect(Loop loop, ServerProcess server)
    {
        Connection = Connection.Open(loop, server.Address, "/hub", this);
        new Hello { Suite = 1 }.Write(output);
        SendOutput();
    }

    public override void Prepare(int keystrokes)
    {
        for (; keystrokes > 0; keystrokes -= MostPlanned)
            PrepareInOneFile(Math.Min(keystrokes, MostPlanned));
    }

    /// <summary>Writes a snapshot of the first file as it stands, of the given size; to the hub its content is as opaque as any.</summary>
    public override bool WriteSnapshot(int bytes)
    {
        var (file, seq, head) = room.Plan(incarnation, 1);
        var numbers = keysOfFile[file] ??= [];
        numbers.Add(-1);
        var stream = room.Files[file];
        var clear = new byte[16 + 8 + 32 + 32 + 1];
        var writer = new ByteWriter(clear);
        writer.U128(stream.Value);
        writer.U64(seq);
        writer.Digest(head);
        var manifest = room.Founded.Manifest;
        var header = new RecordHeader(
            RecordClass.Snapshot,
            manifest.Version,
            room.Founded.Room,
            stream,
            session!.Id,
            (ulong)numbers.Count,
            seq,
            Chain.Seen(head, manifest.Hash)
        );
        using var sealer = new RecordSealer(
            room.Founded.EpochKey,
            session.Id,
            RecordClass.Snapshot,
            stream,
            keys.Member
        );
        Carriers.Write(output, ClientFrame.Append, sealer.Seal(header, clear, new byte[bytes], keys.Sign));
        SendOutput();
        return true;
    }

    protected override void Send(int keystroke) => Connection!.Send(prepared.Dequeue());

    protected override void Read(ReadOnlySpan<byte> message, long now)
    {
        while (Frame.TryNext(ref message, MostFrameBytes, out var type, out var body, out _))
        {
            switch ((HubFrame)type)
            {
                case HubFrame.Deliver:
                    ReadDelivery(body, now);
                    break;
                case HubFrame.Ack when Ack.TryParse(body, out var ack, out _):
                    var file = CoterieRoom.FileOf(ack.Stream);
                    room.Landed(file, ack.Seq, ack.Head);
                    if (keysOfFile[file][(int)ack.Counter - 1] is var number and >= 0)
                        Tally.Acked(Author, number, now);
                    break;
                case HubFrame.Refused when Refused.TryParse(body, out var refused, out _):
                    throw new InvalidOperationException($"the hub refused a record: {refused.Code}");
                case HubFrame.Error when ErrorFrame.TryParse(body, out var error, out _):
                    throw new InvalidOperationException(
                        $"the hub says {error.Code}: {System.Text.Encoding.UTF8.GetString(error.Text)}"
                    );
                default:
                    ReadJoining((HubFrame)type, body);
                    break;
            }
        }
    }

    private void PrepareInOneFile(int keystrokes)
    {
        var (file, seenSeq, seenHead) = room.Plan(incarnation, keystrokes);
        var numbers = keysOfFile[file] ??= [];
        var manifest = room.Founded.Manifest;
        using var sealer = new RecordSealer(
            room.Founded.EpochKey,
            session!.Id,
            RecordClass.Edit,
            room.Files[file],
            keys.Member
        );
        var seen = Chain.Seen(seenHead, manifest.Hash);
        Span<byte> space = stackalloc byte[YUpdate.MostBytes];
        for (var i = 0; i < keystrokes; i++)
        {
            var update = new Lib0Writer(space);
            YUpdate.WriteKey(ref update, Author, preparedUntil);
            numbers.Add(preparedUntil++);
            var header = new RecordHeader(
                RecordClass.Edit,
                manifest.Version,
                room.Founded.Room,
                room.Files[file],
                session.Id,
                (ulong)numbers.Count,
                seenSeq,
                seen
            );
            Carriers.Write(output, ClientFrame.Append, sealer.Seal(header, [], update.Written, keys.Sign));
            prepared.Enqueue(output.WrittenSpan.ToArray());
            output.ResetWrittenCount();
        }
    }

    /// <summary>Reads the header only: seq u64, time u64, then the record with its stream at 24, session at 40, counter at 56.</summary>
    private void ReadDelivery(ReadOnlySpan<byte> body, long now)
    {
        var reader = new ByteReader(body);
        var seq = reader.U64();
        var record = body[Envelope.HeadBytes..];
        var stream = StreamId.Read(record[24..]);
        if (record[1] == (byte)RecordClass.Edit)
        {
            var counter = new ByteReader(record[56..]).U64();
            var writer = room.Authors[SessionId.Read(record[40..])];
            var number = writer.keysOfFile[CoterieRoom.FileOf(stream)][(int)counter - 1];
            Tally.Delivered(writer.Author, number, 1, now);
        }
        if (!Joined && missing.TryGetValue(stream, out var head) && seq >= head)
            Complete(stream);
    }

    private void ReadJoining(HubFrame type, ReadOnlySpan<byte> body)
    {
        switch (type)
        {
            case HubFrame.Welcome when Welcome.TryParse(body, out var welcome, out _):
                var founded = room.Founded;
                var owner = founded.Owner.Sign;
                cert = Cert.Issue(owner, founded.Room, 0, Role.Editor, keys.Sign.Public, keys.Dh.Public, issuer: 1);
                var random = new byte[16];
                Random.GetBytes(random);
                var originHash = Session.HashOrigin(origin);
                session = Session.Sign(keys.Sign, cert, random, default, welcome.Challenge, originHash);
                new Look { Room = founded.Room }.Write(output);
                break;
            case HubFrame.Room when RoomFrame.TryParse(body, out var shown, out _):
                incarnation = shown.Incarnation;
                new Join { Cert = cert!.Encoded, Session = session!.Encoded }.Write(output);
                break;
            case HubFrame.Joined:
                room.Authors[session!.Id] = this;
                var streams = new FixedStreams(room.Founded.Room);
                foreach (
                    var stream in (ReadOnlySpan<StreamId>)[streams.Control, streams.Tree, streams.Chat, .. room.Files]
                )
                    Subscribe(stream);
                break;
            case HubFrame.Stream when StreamFrame.TryParse(body, out var answer, out _):
                missing[answer.Stream] = answer.HeadSeq;
                unanswered--;
                if (answer.BaseSeq >= answer.HeadSeq)
                    Complete(answer.Stream);
                break;
        }
        SendOutput();
    }

    private void Subscribe(StreamId stream)
    {
        unanswered++;
        new Subscribe
        {
            Stream = stream,
            FromHead = Chain.Start(room.Founded.Room, stream, incarnation),
            Mode = SubscribeMode.Snapshot,
        }.Write(output);
    }

    private void Complete(StreamId stream)
    {
        missing.Remove(stream);
        Joined = unanswered == 0 && missing.Count == 0;
    }

    private void SendOutput()
    {
        if (output.WrittenCount > 0)
            Connection!.Send(output.WrittenSpan);
        output.ResetWrittenCount();
    }
}
