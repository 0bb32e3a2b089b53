using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json.Nodes;
using Coterie.Protocol.Keys;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Rooms.Payloads;
using Coterie.Protocol.Runs;
using Coterie.Protocol.Wire;
using static Coterie.Protocol.Tests.Vectors.Answer;

namespace Coterie.Protocol.Tests.Vectors;

/// <summary>
/// The cases that are computed: given a case's inputs, <see cref="Complete"/> adds its outputs. So one function writes our vectors and
/// checks the other language's (schema: tests/vectors/README.md, "Computing").
/// </summary>
internal static class Computed
{
    public static readonly Dictionary<string, Action<JsonObject>> Files = new(StringComparer.Ordinal)
    {
        ["hash"] = c => c["hash"] = Hash.Of(Label(c), Bytes(c, "data")).ToString(),
        ["kdf"] = Derive,
        ["argon2id"] = c => c["key"] = Hex(Argon2id.Derive(Text(c, "password"), Bytes(c, "salt"))),
        ["seal"] = c =>
            c["sealed"] = Hex(Sealing.Seal(Bytes(c, "key"), Bytes(c, "nonce"), Bytes(c, "aad"), Bytes(c, "plaintext"))),
        ["signature"] = Verify,
        ["genesis"] = Begin,
        ["secrets"] = c => c["secretView"] = Hex(DoorKeys.SecretView(Room(c), Bytes(c, "secretEdit"))),
        ["doors"] = OpenDoor,
        ["links"] = Write,
        ["epochs"] = SealEpoch,
        ["padding"] = c => c["padded"] = Padding.Padded((int)c["length"]!, RecordClass.Edit),
        ["blobs"] = SealBlob,
        ["heads"] = Link,
        ["words"] = c => c["words"] = List(Words.Of(GenesisOf(c), Digest.Read(Bytes(c, "manifestHash"))), word => word),
        ["member-words"] = c => c["words"] = List(Words.Of(Room(c), MemberId.Read(Bytes(c, "memberId"))), word => word),
        ["limits"] = c => c["value"] = LimitOf(Text(c, "limit")),
        ["name-rules"] = c =>
        {
            var name = Encoding.UTF8.GetBytes(Text(c, "text"));
            c["valid"] = Name.IsValid(name);
            c["node"] = NodeName.IsValid(name);
        },
        ["names"] = c =>
            c["shown"] = List(
                NodeName.Shown([.. c["siblings"]!.AsArray().Select(name => (string)name!)]),
                name => name
            ),
        ["recovery"] = Recover,
        ["evidence"] = c => Merge(c, OpenedAnswer.Find(Text(c, "text"))),
        ["run-keys"] = SealRun,
        ["parse"] = c => Merge(c, Answer.To(Text(c, "kind"), Bytes(c, "bytes"))),
    };

    /// <summary>The case with its outputs as our code makes them.</summary>
    public static JsonObject Complete(string file, JsonObject inputs)
    {
        Files[file](inputs);
        return inputs;
    }

    public static byte[] Bytes(JsonObject c, string key) => Convert.FromHexString((string)c[key]!);

    public static string Text(JsonObject c, string key) => (string)c[key]!;

    public static ulong U64(JsonObject c, string key) => ulong.Parse(Text(c, key), CultureInfo.InvariantCulture);

    public static Genesis GenesisOf(JsonObject c)
    {
        Assert.True(Genesis.TryParse(Bytes(c, "genesis"), out var genesis, out _));
        return genesis;
    }

    public static IEnumerable<FieldInfo> Limits => typeof(Limits).GetFields().Where(limit => limit.IsLiteral);

    private static byte[] Label(JsonObject c) => Encoding.ASCII.GetBytes(Text(c, "label"));

    public static RoomId Room(JsonObject c) => RoomId.Read(Bytes(c, "roomId"));

    private static int LimitOf(string name) => (int)Limits.Single(field => field.Name == name).GetRawConstantValue()!;

    private static void Merge(JsonObject c, JsonObject outputs)
    {
        c.Remove("ok");
        c.Remove("error");
        foreach (var (key, value) in outputs)
            c[key] = value?.DeepClone();
    }

    private static void SealRun(JsonObject c)
    {
        var run = RunKeys.IdOf(Room(c), Bytes(c, "sealed"));
        var index = (uint)c["index"]!;
        Assert.True(RunCommand.TryParse(Bytes(c, "command"), out var command, out _));
        c["run"] = run.ToString();
        c["access"] = Hex(RunKeys.Access(Bytes(c, "runKey"), run));
        c["sealedEvent"] = Hex(RunKeys.SealEvent(RunKeys.Output(Bytes(c, "runKey"), run), index, Bytes(c, "event")));
        c["sealedCommand"] = Hex(
            RunKeys.SealCommand(RunKeys.Hand(Bytes(c, "handKey"), Bytes(c, "challenge")), run, index, command)
        );
    }

    private static void Derive(JsonObject c)
    {
        var key = new byte[(int)c["length"]!];
        Kdf.Derive(Bytes(c, "ikm"), Bytes(c, "salt"), Label(c), Bytes(c, "context"), key);
        c["key"] = Hex(key);
    }

    private static void Verify(JsonObject c)
    {
        using var key = VerifyKey.Import(Bytes(c, "publicKey"));
        c["valid"] = key.Verify(Label(c), Bytes(c, "data"), Bytes(c, "signature"));
    }

    private static void Begin(JsonObject c)
    {
        var genesis = GenesisOf(c);
        var streams = new FixedStreams(genesis.Room);
        c["roomId"] = genesis.Room.ToHex();
        c["text"] = genesis.Room.ToString();
        c["streams"] = new JsonObject
        {
            ["control"] = streams.Control.ToString(),
            ["tree"] = streams.Tree.ToString(),
            ["chat"] = streams.Chat.ToString(),
            ["runs"] = streams.Runs.ToString(),
            ["presence"] = streams.Presence.ToString(),
        };
    }

    private static void OpenDoor(JsonObject c)
    {
        var (id, needs) = ((byte)(int)c["door"]!, (Needs)(int)c["needs"]!);
        byte[] pass = needs == Needs.Link ? [] : Argon2id.Derive(Text(c, "password"), Bytes(c, "salt"));
        byte[] link = needs == Needs.Password ? [] : Bytes(c, "link");
        var keys = DoorKeys.Derive(Room(c), id, needs, link, pass);
        var sign = new DoorSign(id, (Role)(int)c["role"]!, needs);
        var (epoch, epochKey, nonce) = ((uint)c["epoch"]!, Bytes(c, "epochKey"), Bytes(c, "nonce"));
        var door = Bytes(c, "admission") is { Length: > 0 } admission
            ? Door.Seal(Room(c), sign, epoch, keys, epochKey, admission, nonce)
            : Door.SealToKnock(Room(c), sign, epoch, keys, epochKey, nonce);
        c["seed"] = Hex(DoorKeys.Seed(Room(c), id, needs, link, pass));
        c["access"] = Hex(keys.Access);
        c["kek"] = Hex(keys.Kek);
        c["commit"] = Hex(keys.Commit);
        c["bytes"] = Hex(door.Encoded);
        c["hash"] = door.Hash().ToString();
    }

    private static void Write(JsonObject c) =>
        c["text"] = new Link
        {
            Server = Text(c, "server"),
            Room = Room(c),
            Door = (byte)(int)c["door"]!,
            Secret = Bytes(c, "secret"),
            Version = (uint)c["version"]!,
            Hash = Bytes(c, "hash"),
            HostKey = Text(c, "hostKey"),
            Addresses = Text(c, "addresses"),
        }.ToText();

    private static void SealBlob(JsonObject c)
    {
        var (size, key) = ((int)c["size"]!, Bytes(c, "key"));
        var content = new byte[size];
        for (var at = 0; at < size; at++)
            content[at] = (byte)(at * 7 % 251);
        var hashes = new List<Digest>();
        for (var index = 0; index < Blob.CountOf(size); index++)
        {
            var piece = content.AsSpan(
                Math.Min(size, index * Protocol.Limits.BlobChunkBytes),
                Blob.ContentBytes(size, index)
            );
            var chunk = Blob.Seal(key, Room(c), size, index, piece);
            hashes.Add(Blob.HashOf(chunk));
            Assert.True(new Blob(default, key, size).TryOpen(Room(c), index, chunk, out var opened));
            Assert.True(piece.SequenceEqual(opened));
        }
        c["hashes"] = List(hashes, hash => hash.ToString());
        c["bytes"] = Blob.SealedBytes(size).ToString(CultureInfo.InvariantCulture);
        c["blob"] = Blob.IdOf(Room(c), Blob.SealedBytes(size), hashes).ToString();
    }

    private static void SealEpoch(JsonObject c)
    {
        var (room, key) = (Room(c), Bytes(c, "epochKey"));
        c["epochKeyHash"] = EpochKey.HashOf(key).ToString();
        c["prevEpochKey"] = Hex(
            EpochKey.SealPrevious(room, (uint)c["epoch"]!, key, Bytes(c, "prevKey"), Bytes(c, "nonce"))
        );
        c["titleSealed"] = Hex(
            EpochKey.SealTitle(room, (uint)c["version"]!, key, Text(c, "title"), Bytes(c, "titleNonce"))
        );
    }

    private static void Link(JsonObject c)
    {
        var incarnation = IncarnationId.Read(Bytes(c, "incarnation"));
        var head = Chain.Start(Room(c), StreamId.Read(Bytes(c, "stream")), incarnation);
        c["head0"] = head.ToString();
        foreach (var item in c["records"]!.AsArray())
        {
            var record = item!.AsObject();
            var hash = Hash.Of("record"u8, Bytes(record, "record"));
            head = Chain.Next(head, U64(record, "seq"), U64(record, "serverTime"), hash);
            record["head"] = head.ToString();
            record["seen"] = new NodeId(Chain.Seen(head, Digest.Read(Bytes(c, "manifestHash")))).ToString();
        }
    }

    private static void Recover(JsonObject c)
    {
        var passphrase = Text(c, "passphrase");
        var ok = Recovery.TryRead(
            Text(c, "text"),
            passphrase.Length == 0 ? null : passphrase,
            out var kit,
            out var error
        );
        if (!ok)
        {
            Merge(c, new JsonObject { ["error"] = error.ToString() });
            return;
        }
        var found = new JsonObject
        {
            ["roomId"] = kit!.Genesis.Room.ToHex(),
            ["genesis"] = Hex(kit.Genesis.Encoded),
            ["owners"] = new JsonArray(Hex(kit.SignKey), Hex(kit.DhKey)),
        };
        if (kit.EditSecret is { } secret)
            found["editSecret"] = Hex(secret);
        Merge(c, new JsonObject { ["ok"] = found });
    }
}
