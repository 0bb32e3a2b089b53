using System.Text.Json.Nodes;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Tests.Worlds;
using Coterie.Protocol.Wire;
using static Coterie.Protocol.Tests.Vectors.Answer;

namespace Coterie.Protocol.Tests.Vectors;

/// <summary>Writes one roomstate case at a hub. What each step must come to is said by hand; a room follows along, so that records can be sealed that fit.</summary>
internal sealed class Script
{
    private const ulong Time = 1_700_000_000_000;
    private readonly World world;
    private readonly JsonArray steps = [];
    private readonly JsonObject script;

    public Script(World world, string at, string name)
    {
        this.world = world;
        Room = world.Room(Side.Hub);
        script = new JsonObject
        {
            ["name"] = name,
            ["at"] = at,
            ["genesis"] = Hex(world.Genesis.Encoded),
            ["incarnation"] = world.Incarnation.ToString(),
        };
        Add(new JsonObject { ["do"] = "manifest", ["bytes"] = Hex(world.Manifest0.Encoded) }, "ok");
    }

    public RoomState Room { get; }

    public Person Enters(Role role)
    {
        var person = world.Person(role);
        Join(person, person.Session, "ok");
        return person;
    }

    public void Join(Person person, Session session, string expect)
    {
        Room.Join(person.Cert, session, world.Challenge, [World.OriginHash], out _);
        var step = new JsonObject
        {
            ["do"] = "join",
            ["cert"] = Hex(person.Cert.Encoded),
            ["session"] = Hex(session.Encoded),
            ["challenge"] = world.Challenge.ToString(),
            ["origins"] = new JsonArray(World.Origin),
        };
        Add(step, expect);
    }

    public void End(SessionId session)
    {
        Room.EndSession(session);
        Add(new JsonObject { ["do"] = "end", ["session"] = session.ToString() }, "ok");
    }

    public void Manifest(Manifest manifest)
    {
        Assert.True(Room.AddManifest(manifest).IsOk);
        Add(new JsonObject { ["do"] = "manifest", ["bytes"] = Hex(manifest.Encoded) }, "ok");
    }

    public void Blob(BlobId blob, bool whole)
    {
        Room.SetBlob(blob, whole);
        Add(
            new JsonObject
            {
                ["do"] = "blob",
                ["blob"] = blob.ToString(),
                ["whole"] = whole,
            },
            "ok"
        );
    }

    public void Append(Person sender, byte[] record, string expect)
    {
        var (seq, head) = Follow(sender, record, durable: true, expect);
        var step = new JsonObject
        {
            ["do"] = "append",
            ["bytes"] = Hex(record),
            ["sender"] = sender.Id.ToString(),
            ["seq"] = U64(seq),
            ["serverTime"] = U64(Time + seq),
        };
        Add(step, expect, head);
    }

    public void Send(Person sender, byte[] record, string expect)
    {
        Follow(sender, record, durable: false, expect);
        Add(
            new JsonObject
            {
                ["do"] = "send",
                ["bytes"] = Hex(record),
                ["sender"] = sender.Id.ToString(),
            },
            expect
        );
    }

    public JsonObject Done()
    {
        Room.Dispose();
        script["steps"] = steps;
        return script;
    }

    /// <summary>"ok", or "refused J7 Counter".</summary>
    public static JsonObject Expected(string text)
    {
        var words = text.Split(' ');
        var expect = new JsonObject { ["verdict"] = words[0] };
        if (words.Length == 3)
            (expect["rule"], expect["refusal"]) = (words[1], words[2]);
        return expect;
    }

    private (ulong Seq, Digest? Head) Follow(Person sender, byte[] bytes, bool durable, string expect)
    {
        if (!RecordView.TryParse(bytes, out var record, out var error))
            Assert.Fail(error.ToString());
        var seq = Room.HeadOf(record.Stream).Seq + 1;
        if (expect != "ok" || !Room.Judge(record, sender.Id, durable, out var judged).IsOk)
            return (seq, null);
        Room.Accept(judged, record, judged.Verify(record), Time + seq, out var head);
        return (seq, durable ? head : null);
    }

    private void Add(JsonObject step, string expect, Digest? head = null)
    {
        var expected = Expected(expect);
        if (head is { } known)
            expected["head"] = known.ToString();
        step["expect"] = expected;
        steps.Add(step);
    }
}
