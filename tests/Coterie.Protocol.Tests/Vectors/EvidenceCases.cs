using System.Buffers;
using System.Text.Json.Nodes;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Rooms.Payloads;
using Coterie.Protocol.Tests.Worlds;
using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;

namespace Coterie.Protocol.Tests.Vectors;

/// <summary>Evidence that C# writes (section 18): the witness is an editor, whose chain of the chat stands at position 1.</summary>
internal static class EvidenceCases
{
    public static IEnumerable<JsonObject> Of(World world) =>
        Made(world).Select(made => new JsonObject { ["name"] = made.Name, ["text"] = made.File(made.Exhibit) });

    /// <summary>Each with its exhibit, and what makes a file of any other one, signed anew.</summary>
    public static IEnumerable<(string Name, byte[] Exhibit, Func<byte[], string> File)> Made(World world)
    {
        var (witness, other) = (world.Person(Role.Editor), world.Person(Role.Viewer));
        using var room = world.Room(Side.Client, witness, other);
        var chat = world.Streams.Chat;
        var said = world.Record(room, witness, RecordClass.Chat, chat, 1, [0], [1]);
        Assert.True(RecordView.TryParse(said, out var record, out _));
        var before = room.HeadOf(chat).Head;
        Assert.True(room.Position(1, 5, record, signatureHolds: true, out var head).IsOk);

        (string, byte[], Func<byte[], string>) Case(
            string name,
            TestimonyKind kind,
            byte[] exhibit,
            Person? author = null,
            ulong seq = 1
        ) => (name, exhibit, bent => File(kind, bent, author, seq));

        string File(TestimonyKind kind, byte[] exhibit, Person? author, ulong seq)
        {
            var (genesis, place) = (world.Genesis, (world.Incarnation, witness.Id));
            var testimony = new Testimony(
                kind,
                genesis.Room,
                place.Incarnation,
                place.Id,
                chat,
                seq,
                before,
                head,
                1_700_000_000_000,
                Testimony.HashOf(exhibit)
            );
            var body = testimony.Body();
            byte[] signed = [.. body, .. world.Sign(witness.Key, "testimony", body)];
            Person[] people = author is null ? [witness] : [witness, author];
            var papers = people.Select(person => new Papers(
                person.Cert.Encoded.ToArray(),
                person.Session.Encoded.ToArray()
            ));
            byte[][] manifests = [world.Manifest0.Encoded.ToArray()];
            return new Evidence(genesis.Encoded.ToArray(), manifests, [.. papers], signed, exhibit).Write();
        }

        byte[] Pulse(Bits128 claimed)
        {
            PulseStream[] streams = [new PulseStream(chat, 1, claimed)];
            var place = new PulsePlace(world.Genesis.Room, world.Incarnation, other.Id);
            var signature = world.Sign(other.Key, "pulse", Rooms.Payloads.Pulse.Body(place, streams));
            return new Pulse(streams, signature).Encode();
        }

        var second = world.Manifest(world.First with { Policy = Policy.ReadOnly });
        var rules = new ArrayBufferWriter<byte>();
        new ManifestFrame { Manifest = second.Encoded }.Write(rules);
        var shorter = new ArrayBufferWriter<byte>();
        new StreamFrame { Stream = chat, Head = before }.Write(shorter);
        var elsewhere = world.Record(
            room,
            witness,
            RecordClass.Chat,
            chat,
            2,
            [0],
            [2],
            header => header with { SeenHead = Bits128.Read(world.Random(16)) }
        );
        byte[] delivered = [(byte)HubFrame.Deliver, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 9, .. elsewhere];

        yield return Case("V2 two manifests of one version", TestimonyKind.Rules, Framed(rules), seq: 0);
        yield return Case("V3 a record whose author saw another head", TestimonyKind.Record, delivered, witness);
        yield return Case("V3 a pulse of another head", TestimonyKind.Pulse, Pulse(7), other);
        yield return Case("V3 a pulse of the same head", TestimonyKind.Pulse, Pulse(head.High), other);
        yield return Case("V3 a log that is shorter", TestimonyKind.RolledBack, Framed(shorter));
        yield return Case("V3 a log that is shorter, called broken", TestimonyKind.Broken, Framed(shorter));
    }

    private static byte[] Framed(ArrayBufferWriter<byte> frame) => frame.WrittenSpan[(Frame.HeadBytes - 1)..].ToArray();
}
