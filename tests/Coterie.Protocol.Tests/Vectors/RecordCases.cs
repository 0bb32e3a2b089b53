using System.Text.Json.Nodes;
using Coterie.Protocol.Keys;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Tests.Worlds;
using Coterie.Protocol.Wire;
using static Coterie.Protocol.Tests.Vectors.Answer;
using static Coterie.Protocol.Tests.Vectors.Computed;

namespace Coterie.Protocol.Tests.Vectors;

/// <summary>records.json: a record from all its inputs, byte for byte but for the signature (R1–R3).</summary>
internal static class RecordCases
{
    public static IEnumerable<JsonObject> Of(World world)
    {
        var editor = world.Person(Role.Editor);
        using var room = world.Room(Side.Hub, editor);
        yield return Case(
            world,
            editor,
            "R3 a chat message",
            world.Record(room, editor, RecordClass.Chat, world.Streams.Chat, 1, [0], world.Random(30)),
            [0]
        );
        yield return Case(
            world,
            editor,
            "R3 a presence",
            world.Record(room, editor, RecordClass.Presence, world.Streams.Presence, 7, [], world.Random(61)),
            []
        );
    }

    public static void Check(JsonObject c)
    {
        Assert.True(RecordView.TryParse(Bytes(c, "bytes"), out var record, out _));
        var member = MemberId.Read(Bytes(c, "memberId"));
        var epochKey = Bytes(c, "epochKey");
        Span<byte> key = stackalloc byte[32];
        RecordSealer.DeriveKey(epochKey, record.Session, record.Class, record.Stream, member, key);
        Assert.Equal(Bytes(c, "key"), key.ToArray());
        using var sealer = new RecordSealer(epochKey, record.Session, record.Class, record.Stream, member);
        var plaintext = new byte[RecordSealer.PlaintextBytes(record)];
        Assert.True(sealer.TryOpen(record, plaintext, out var payload));
        Assert.Equal(Bytes(c, "payload"), payload.ToArray());
        Assert.Equal(Bytes(c, "plaintext"), plaintext);
        using var verify = VerifyKey.Import(Bytes(c, "publicKey"));
        Assert.Equal(Classes.Row(record.Class).Signed, record.Verify(verify));
        using var sign = SigningKey.FromPkcs8(Bytes(c, "privateKey"));
        Assert.Equal(Bytes(c, "publicKey"), sign.Public.ToArray());
        var again = sealer.Seal(HeaderOf(c["header"]!.AsObject()), Bytes(c, "clear"), payload, sign);
        Assert.Equal(record.SignedBytes.ToArray(), again[..record.SignedBytes.Length]);
        Assert.Equal(record.Bytes.Length, again.Length);
    }

    private static RecordHeader HeaderOf(JsonObject h) =>
        new(
            (RecordClass)(byte)(int)h["class"]!,
            (uint)h["version"]!,
            RoomId.Read(Bytes(h, "roomId")),
            StreamId.Read(Bytes(h, "stream")),
            SessionId.Read(Bytes(h, "session")),
            U64(h, "counter"),
            U64(h, "seenSeq"),
            NodeId.Read(Bytes(h, "seenHead")).Value
        );

    private static JsonObject Case(World world, Person author, string name, byte[] bytes, byte[] clear)
    {
        Assert.True(RecordView.TryParse(bytes, out var record, out _));
        var key = new byte[32];
        RecordSealer.DeriveKey(world.EpochKey, record.Session, record.Class, record.Stream, author.Cert.Member, key);
        using var sealer = new RecordSealer(
            world.EpochKey,
            record.Session,
            record.Class,
            record.Stream,
            author.Cert.Member
        );
        var plaintext = new byte[RecordSealer.PlaintextBytes(record)];
        Assert.True(sealer.TryOpen(record, plaintext, out var payload));
        return new JsonObject
        {
            ["name"] = name,
            ["epochKey"] = Hex(world.EpochKey),
            ["memberId"] = author.Cert.Member.ToString(),
            ["header"] = new JsonObject
            {
                ["class"] = (byte)record.Class,
                ["version"] = record.Version,
                ["roomId"] = record.Room.ToHex(),
                ["stream"] = record.Stream.ToString(),
                ["session"] = record.Session.ToString(),
                ["counter"] = Answer.U64(record.Counter),
                ["seenSeq"] = Answer.U64(record.SeenSeq),
                ["seenHead"] = Hex(record.SeenHead),
            },
            ["clear"] = Hex(clear),
            ["payload"] = Hex(payload),
            ["privateKey"] = Hex(author.Key.ToPkcs8()),
            ["publicKey"] = Hex(author.Key.Public),
            ["key"] = Hex(key),
            ["plaintext"] = Hex(plaintext),
            ["bytes"] = Hex(bytes),
        };
    }
}
