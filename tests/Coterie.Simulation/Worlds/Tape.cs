using System.Text.Json.Nodes;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;

namespace Coterie.Simulation.Worlds;

/// <summary>
/// What one person's judge was shown, and said to each of it, written as a case of <c>roomstate.json</c> (tests/vectors): the judge in
/// TypeScript is shown the same and has to say the same. It keeps a judge of its own, which nothing waits for: what cannot be judged yet
/// is written down so, and is not tried again.
/// </summary>
internal sealed class Tape : IDisposable
{
    private readonly JsonArray steps = [];
    private RoomState? state;
    private JsonObject? written;

    /// <summary>Null where the person was never shown the room.</summary>
    public JsonObject? Case(string name)
    {
        if (written is not null)
        {
            written["name"] = name;
            written["steps"] = steps;
        }
        return written;
    }

    /// <param name="own">The bytes of an own record that an ack stands for.</param>
    public void Take(RoomId room, Passing frame, byte[]? own)
    {
        if (frame.Type == HubFrame.Room)
            TakeRoom(room, frame.Body);
        else if (state is not null)
            Take(state, frame, own);
    }

    /// <summary>The person's own session is live.</summary>
    public void Joined(Cert cert, Session session)
    {
        if (state is not null)
            Meet(state, cert, session, live: true);
    }

    public void Dispose() => state?.Dispose();

    private void TakeRoom(RoomId wanted, byte[] body)
    {
        if (
            !RoomFrame.TryParse(body, out var room, out _)
            || !Genesis.TryParse(room.Genesis, out var genesis, out _)
            || genesis.Room != wanted
        )
            return;
        if (state is null)
        {
            state = new RoomState(genesis, room.Incarnation, Side.Client);
            written = new JsonObject
            {
                ["name"] = "",
                ["at"] = "client",
                ["genesis"] = Hex(room.Genesis),
                ["incarnation"] = room.Incarnation.ToString(),
            };
        }
        foreach (var manifest in room.Manifests)
            TakeManifest(state, manifest);
    }

    private void Take(RoomState judge, Passing frame, byte[]? own)
    {
        switch (frame.Type)
        {
            case HubFrame.Manifest when ManifestFrame.TryParse(frame.Body, out var manifest, out _):
                TakeManifest(judge, manifest.Manifest);
                break;
            case HubFrame.Member when MemberFrame.TryParse(frame.Body, out var member, out _):
                if (
                    Cert.TryParse(member.Cert, out var cert, out _)
                    && Session.TryParse(member.Session, out var session, out _)
                )
                    Meet(judge, cert, session, member.Live);
                break;
            case HubFrame.Gone when Gone.TryParse(frame.Body, out var gone, out _):
                judge.EndSession(gone.Session);
                Write(new JsonObject { ["do"] = "end", ["session"] = gone.Session.ToString() }, Verdict.Ok);
                break;
            case HubFrame.Deliver when Envelope.TryParse(frame.Body, out var envelope, out _):
                TakePosition(judge, envelope, frame.Body);
                break;
            case HubFrame.Relay when RecordView.TryParse(frame.Body, out var relayed, out _):
                Write(
                    new JsonObject { ["do"] = "relay", ["bytes"] = Hex(frame.Body) },
                    judge.Relay(relayed, Verifies(judge, relayed))
                );
                break;
            case HubFrame.Ack when own is not null && Ack.TryParse(frame.Body, out var ack, out _):
                TakeAck(judge, ack, own);
                break;
            case HubFrame.Stream when StreamFrame.TryParse(frame.Body, out var stream, out _):
                TakeEnd(judge, stream);
                break;
        }
    }

    private void TakeManifest(RoomState judge, ReadOnlySpan<byte> bytes)
    {
        if (Manifest.TryParse(bytes, out var manifest, out _))
            Write(new JsonObject { ["do"] = "manifest", ["bytes"] = Hex(bytes) }, judge.AddManifest(manifest));
    }

    private void Meet(RoomState judge, Cert cert, Session session, bool live) =>
        Write(
            new JsonObject
            {
                ["do"] = "member",
                ["cert"] = Hex(cert.Encoded),
                ["session"] = Hex(session.Encoded),
                ["live"] = live,
            },
            judge.Meet(cert, session, live)
        );

    private void TakePosition(RoomState judge, in Envelope envelope, byte[] body)
    {
        var record = envelope.Record;
        if (judge.IsStopped(record.Stream))
            return; // which of its reasons is told again is each language's own
        var verdict = judge.Position(envelope.Seq, envelope.ServerTime, record, Verifies(judge, record), out var head);
        Write(
            new JsonObject { ["do"] = "position", ["bytes"] = Hex(body) },
            verdict,
            verdict.Outcome is Outcome.Ok or Outcome.Void ? head : null
        );
    }

    private void TakeAck(RoomState judge, in Ack ack, byte[] own)
    {
        if (judge.IsStopped(ack.Stream) || !RecordView.TryParse(own, out var record, out _))
            return;
        Write(
            new JsonObject
            {
                ["do"] = "ack",
                ["bytes"] = Hex(own),
                ["seq"] = $"{ack.Seq}",
                ["serverTime"] = $"{ack.ServerTime}",
                ["head"] = ack.Head.ToString(),
            },
            judge.Acked(record, ack.Seq, ack.ServerTime, ack.Head)
        );
    }

    private void TakeEnd(RoomState judge, in StreamFrame end)
    {
        if (judge.IsStopped(end.Stream))
            return;
        Write(
            new JsonObject
            {
                ["do"] = "claim",
                ["stream"] = end.Stream.ToString(),
                ["seq"] = $"{end.HeadSeq}",
                ["head"] = end.Head.ToString(),
            },
            judge.Claim(end.Stream, end.HeadSeq, end.Head)
        );
    }

    private static bool Verifies(RoomState judge, in RecordView record) =>
        judge.TryGetSession(record.Session, out var author)
        && (!Classes.Row(record.Class).Signed || record.Verify(author.Key));

    private void Write(JsonObject step, Verdict verdict, Digest? head = null)
    {
        var expect = new JsonObject { ["verdict"] = Lower(verdict.Outcome) };
        if (!verdict.IsOk)
        {
            expect["rule"] = verdict.Rule.ToString();
            expect["refusal"] = verdict.Refusal.ToString();
        }
        if (head is { } after)
            expect["head"] = after.ToString();
        step["expect"] = expect;
        steps.Add(step);
    }

    private static string Lower(Outcome outcome) =>
        outcome switch
        {
            Outcome.Ok => "ok",
            Outcome.Refused => "refused",
            Outcome.Void => "void",
            Outcome.Wait => "wait",
            _ => "alarm",
        };

    private static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);
}
