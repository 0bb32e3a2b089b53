using System.Text.Json.Nodes;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;
using static Coterie.Protocol.Tests.Vectors.Computed;

namespace Coterie.Protocol.Tests.Vectors;

/// <summary>Runs the steps of a judging case against a fresh RoomState and says what each came to (schema: tests/vectors/README.md, "Judging").</summary>
internal sealed class Transcript : IDisposable
{
    private readonly RoomState room;

    public Transcript(JsonObject c)
    {
        var incarnation = c.ContainsKey("incarnation") ? IncarnationId.Read(Bytes(c, "incarnation")) : default;
        room = new RoomState(GenesisOf(c), incarnation, Text(c, "at") == "hub" ? Side.Hub : Side.Client);
    }

    public JsonObject Step(JsonObject step)
    {
        switch (Text(step, "do"))
        {
            case "manifest":
                return Manifest(Bytes(step, "bytes"));
            case "join":
            case "member":
                return Member(step);
            case "end":
                room.EndSession(SessionId.Read(Bytes(step, "session")));
                return Of(Verdict.Ok);
            case "start":
                return Start(step);
            case "append":
                return Append(step, durable: true);
            case "send":
                return Append(step, durable: false);
            case "position":
                return Position(Bytes(step, "bytes"));
            case "relay":
                return Relay(Bytes(step, "bytes"));
            case "claim":
                return Of(room.Claim(Stream(step), U64(step, "seq"), Digest.Read(Bytes(step, "head"))));
            case "ack":
                return Ack(step);
            case "blob":
                room.SetBlob(BlobId.Read(Bytes(step, "blob")), (bool)step["whole"]!);
                return Of(Verdict.Ok);
            case "replay":
                return Replay(step);
            case var other:
                throw new InvalidDataException($"No step is called {other}.");
        }
    }

    public JsonObject Manifest(byte[] bytes)
    {
        Assert.True(Rooms.Manifest.TryParse(bytes, out var manifest, out var error), error.ToString());
        return Of(room.AddManifest(manifest));
    }

    public JsonObject Member(JsonObject step)
    {
        Assert.True(Cert.TryParse(Bytes(step, "cert"), out var cert, out _));
        Assert.True(Session.TryParse(Bytes(step, "session"), out var session, out _));
        if (room.Side == Side.Client)
            return Of(room.Meet(cert, session, step["live"] is not JsonValue live || (int)live == 1));
        Digest[] origins = [.. step["origins"]!.AsArray().Select(origin => Session.HashOrigin((string)origin!))];
        return Of(room.Join(cert, session, Digest.Read(Bytes(step, "challenge")), origins, out _));
    }

    public void Dispose() => room.Dispose();

    public static JsonObject Of(Verdict verdict)
    {
        var expect = new JsonObject { ["verdict"] = verdict.Outcome.ToString().ToLowerInvariant() };
        if (verdict.IsOk)
            return expect;
        expect["rule"] = verdict.Rule.ToString();
        expect["refusal"] = verdict.Refusal.ToString();
        return expect;
    }

    private JsonObject Start(JsonObject step)
    {
        room.Start(Stream(step), U64(step, "seq"), Digest.Read(Bytes(step, "head")), (uint)step["versionFloor"]!);
        foreach (var counter in step["counters"]!.AsArray())
            room.StartCounter(
                Stream(step),
                SessionId.Read(Bytes(counter!.AsObject(), "session")),
                U64(counter.AsObject(), "counter")
            );
        return Of(Verdict.Ok);
    }

    private JsonObject Append(JsonObject step, bool durable)
    {
        Parse(Bytes(step, "bytes"), out var record);
        var verdict = room.Judge(record, SessionId.Read(Bytes(step, "sender")), durable, out var judged);
        if (!verdict.IsOk)
            return Of(verdict);
        if (durable)
            Assert.Equal(U64(step, "seq"), room.HeadOf(record.Stream).Seq + 1);
        var time = durable ? U64(step, "serverTime") : 0;
        verdict = room.Accept(judged, record, judged.Verify(record), time, out var head);
        return WithHead(verdict, head, durable && verdict.IsOk);
    }

    private JsonObject Position(byte[] bytes)
    {
        if (!Envelope.TryParse(bytes, out var envelope, out var error))
            Assert.Fail(error.ToString());
        var verdict = room.Position(
            envelope.Seq,
            envelope.ServerTime,
            envelope.Record,
            Verified(envelope.Record),
            out var head
        );
        return WithHead(verdict, head, verdict.Outcome is Outcome.Ok or Outcome.Void);
    }

    private JsonObject Relay(byte[] bytes)
    {
        Parse(bytes, out var record);
        return Of(room.Relay(record, Verified(record)));
    }

    private JsonObject Ack(JsonObject step)
    {
        Parse(Bytes(step, "bytes"), out var record);
        return Of(room.Acked(record, U64(step, "seq"), U64(step, "serverTime"), Digest.Read(Bytes(step, "head"))));
    }

    private JsonObject Replay(JsonObject step)
    {
        Parse(Bytes(step, "bytes"), out var record);
        room.ReplayTree(record, MemberId.Read(Bytes(step, "member")));
        return Of(Verdict.Ok);
    }

    private bool Verified(in RecordView record) =>
        room.TryGetSession(record.Session, out var author)
        && (!Classes.Row(record.Class).Signed || record.Verify(author.Key));

    private static JsonObject WithHead(Verdict verdict, Digest head, bool show)
    {
        var expect = Of(verdict);
        if (show)
            expect["head"] = head.ToString();
        return expect;
    }

    private static StreamId Stream(JsonObject step) => StreamId.Read(Bytes(step, "stream"));

    private static void Parse(byte[] bytes, out RecordView record)
    {
        if (!RecordView.TryParse(bytes, out record, out var error))
            Assert.Fail(error.ToString());
    }
}
