using System.Text.Json.Nodes;
using Coterie.Protocol.Keys;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Tests.Worlds;
using Coterie.Protocol.Wire;
using static Coterie.Protocol.Tests.Vectors.Answer;

namespace Coterie.Protocol.Tests.Vectors;

/// <summary>
/// Our judging cases. Each says by hand what must come of every step ("ok", or "refused J7 Counter"); the heads are filled in. A room is carried along
/// beside the script, only to seal records that fit it.
/// </summary>
internal sealed class Judging(World world)
{
    public IEnumerable<JsonObject> Manifests()
    {
        var first = world.Manifest0;
        var next = world.After(first, d => d with { Policy = Policy.ReadOnly });
        var other = world.After(first, d => d with { Policy = Policy.Ai });
        var stranger = world.NewKey();
        yield return Chain("M2 M3 a chain of two versions", "hub", (first, "ok"), (next, "ok"));
        yield return Chain(
            "M2 a first version of another genesis",
            "hub",
            (world.Manifest(world.First with { PrevHash = default }), "refused M2 ManifestInvalid")
        );
        yield return Chain(
            "M2 a first version in a later epoch",
            "hub",
            (world.Manifest(world.First with { Epoch = 1 }), "refused M2 ManifestInvalid")
        );
        yield return Chain(
            "M2 a first version signed by a stranger",
            "hub",
            (world.Manifest(world.First, stranger), "refused M2 ManifestInvalid")
        );
        yield return Chain(
            "M3 a version that names another hash",
            "hub",
            (first, "ok"),
            (world.After(first, d => d with { PrevHash = default }), "refused M3 ManifestInvalid")
        );
        yield return Chain(
            "M3 a version signed by a stranger",
            "hub",
            (first, "ok"),
            (world.After(first, signer: stranger), "refused M3 ManifestInvalid")
        );
        yield return Chain(
            "M3 a signer who is no owner",
            "hub",
            (first, "ok"),
            (world.After(first, number: 1), "refused M3 ManifestInvalid")
        );
        yield return Chain(
            "M4 an epoch that skips",
            "hub",
            (first, "ok"),
            (world.After(first, d => d with { Epoch = 2, PrevEpochKey = new byte[60] }), "refused M4 ManifestInvalid")
        );
        yield return Chain(
            "M4 a new epoch without the previous key",
            "hub",
            (first, "ok"),
            (world.After(first, d => d with { Epoch = 1 }), "refused M4 ManifestInvalid")
        );
        yield return Chain(
            "M4 an epoch key that changes within its epoch",
            "hub",
            (first, "ok"),
            (world.After(first, d => d with { EpochKeyHash = default }), "refused M4 ManifestInvalid")
        );
        yield return Chain(
            "M4 an admission key that changes within its epoch",
            "hub",
            (first, "ok"),
            (
                world.After(first, d => d with { AdmissionViewer = stranger.Public.ToArray() }),
                "refused M4 ManifestInvalid"
            )
        );
        yield return Chain(
            "M4 a new epoch",
            "hub",
            (first, "ok"),
            (world.After(first, d => d with { Epoch = 1, PrevEpochKey = new byte[60], EpochKeyHash = default }), "ok")
        );
        yield return Chain(
            "M5 the hub keeps the first of a version",
            "hub",
            (first, "ok"),
            (next, "ok"),
            (other, "refused M5 ManifestConflict"),
            (next, "ok")
        );
        yield return Chain("M5 the hub takes no version before its time", "hub", (next, "refused M5 ManifestConflict"));
        yield return Chain(
            "M6 two versions prove a fork to a client",
            "client",
            (first, "ok"),
            (next, "ok"),
            (other, "alarm M6 Alarm")
        );
        yield return Chain(
            "M6 a forged second version proves nothing",
            "client",
            (first, "ok"),
            (next, "ok"),
            (world.After(first, d => d with { Policy = Policy.Ai }, stranger), "refused M3 ManifestInvalid")
        );
        yield return Chain("M3 a client waits for the version before", "client", (next, "wait M3 Version"));
        var doors = new[]
        {
            Samples.EntryOf(Samples.DoorOf(world, 1, Needs.Password)),
            Samples.EntryOf(Samples.DoorOf(world, 2, Needs.Password)),
        };
        yield return Chain(
            "K5 two password-only doors",
            "hub",
            (world.Manifest(world.First with { Doors = doors }), "refused K5 ManifestInvalid")
        );
    }

    public IEnumerable<JsonObject> Members()
    {
        var first = world.Manifest0;
        var editor = world.Person(Role.Editor);
        var owner = world.Person(Role.Owner);
        var key = editor.Key;
        var stranger = world.NewKey();
        Person Bent(Cert cert, Session? session = null) => new(key, cert, session ?? world.Session(key, cert));
        yield return Joins("C1 S1 an editor by the admission key", "hub", [first], editor, "ok");
        yield return Joins("C1 C2 an owner by its own key", "hub", [first], owner, "ok");
        yield return Joins(
            "C1 an editor by an owner",
            "hub",
            [first],
            Bent(world.Cert(key, Role.Editor, world.Owner, 1)),
            "ok"
        );
        yield return Joins(
            "C1 a certificate signed by a stranger",
            "hub",
            [first],
            Bent(world.Cert(key, Role.Editor, stranger)),
            "refused C1 Cert"
        );
        yield return Joins(
            "C1 an editor by the viewers' admission key",
            "hub",
            [first],
            Bent(world.Cert(key, Role.Editor, world.AdmissionViewer)),
            "refused C1 Cert"
        );
        yield return Joins(
            "C1 a certificate of another epoch",
            "hub",
            [first],
            Bent(world.Cert(key, Role.Editor, epoch: 1)),
            "refused C1 Cert"
        );
        yield return Joins(
            "C1 an issuer who is no owner",
            "hub",
            [first],
            Bent(world.Cert(key, Role.Editor, world.Owner, 2)),
            "refused C1 Cert"
        );
        yield return Joins(
            "C2 an owner whose key is not in the list",
            "hub",
            [first],
            Bent(world.Cert(key, Role.Owner, world.Owner, 1)),
            "refused C2 Cert"
        );
        var low = world.Cert(world.Owner, Role.Editor);
        yield return Joins(
            "C2 an owner's key with a lower role",
            "hub",
            [first],
            new Person(world.Owner, low, world.Session(world.Owner, low)),
            "refused C2 Cert"
        );
        var locked = world.After(first, d => d with { Admissions = Admissions.Open | Admissions.Locked });
        var listed = world.After(
            first,
            d => d with { Admissions = Admissions.Open | Admissions.Locked, Locked = [editor.Cert.Member] }
        );
        yield return Joins("C3 a member outside the lock list", "hub", [first, locked], editor, "refused C3 Locked");
        yield return Joins("C3 an owner outside the lock list", "hub", [first, locked], owner, "ok");
        yield return Joins("C3 a listed member", "hub", [first, listed], editor, "ok");
        var closed = world.After(first, d => d with { Admissions = default });
        yield return Joins(
            "C4 nobody new by link where admission is closed",
            "hub",
            [first, closed],
            editor,
            "refused C4 Cert"
        );
        yield return Joins(
            "C4 an owner-issued certificate where admission is closed",
            "hub",
            [first, closed],
            Bent(world.Cert(key, Role.Editor, world.Owner, 1)),
            "ok"
        );
        yield return Joins(
            "S1 the challenge of another connection",
            "hub",
            [first],
            Bent(editor.Cert, world.Session(key, editor.Cert, challenge: default(Digest))),
            "refused S1 Session"
        );
        yield return Joins(
            "S1 another origin",
            "hub",
            [first],
            Bent(editor.Cert, world.Session(key, editor.Cert, origin: "https://evil.example")),
            "refused S1 Origin"
        );
        yield return Joins(
            "S1 a session of another certificate",
            "hub",
            [first],
            Bent(editor.Cert, owner.Session),
            "refused S1 Session"
        );
        yield return Joins(
            "S1 a session signed by a stranger",
            "hub",
            [first],
            Bent(editor.Cert, world.Session(stranger, editor.Cert)),
            "refused S1 Session"
        );
        yield return Joins("S3 a client meets an editor", "client", [first], editor, "ok");
        yield return Joins(
            "S3 a session that names another certificate",
            "client",
            [first],
            Bent(editor.Cert, owner.Session),
            "refused S3 Session"
        );
        yield return Joins(
            "S3 a session signed by a stranger",
            "client",
            [first],
            Bent(editor.Cert, world.Session(stranger, editor.Cert)),
            "refused S3 Session"
        );
        yield return Joins(
            "C1 a client is shown a forged certificate",
            "client",
            [first],
            Bent(world.Cert(key, Role.Editor, stranger)),
            "refused C1 Cert"
        );
        yield return Joins(
            "C1 a client waits for the manifest of a new epoch",
            "client",
            [first],
            Bent(world.Cert(key, Role.Editor, epoch: 1)),
            "wait C1 Version"
        );
    }

    public IEnumerable<JsonObject> RoomState()
    {
        var hub = new Script(world, "hub", "J1–J11 at the hub, one clause after another");
        var editor = hub.Enters(Role.Editor);
        var viewer = hub.Enters(Role.Viewer);
        var (chat, tree) = (world.Streams.Chat, world.Streams.Tree);
        byte[] Chat(ulong counter, Func<RecordHeader, RecordHeader>? bend = null, SigningKey? signer = null) =>
            world.Record(hub.Room, editor, RecordClass.Chat, chat, counter, [0], [1], bend, signer);
        hub.Append(editor, Chat(1), "ok");
        var suite = Chat(2);
        suite[0] = 2;
        hub.Append(editor, suite, "refused J1 Suite");
        hub.Append(editor, Chat(2, h => h with { Room = default }), "refused J1 Suite");
        hub.Append(editor, Chat(2, h => h with { Version = 1 }), "refused J2 Version");
        hub.Append(viewer, Chat(2), "refused J3 Session");
        hub.Append(viewer, world.Record(hub.Room, viewer, RecordClass.Chat, chat, 1, [0]), "refused J6 Forbidden");
        hub.Append(
            editor,
            world.Record(hub.Room, editor, RecordClass.Attest, world.Streams.Chat, 1),
            "refused J6 Reserved"
        );
        hub.Append(
            editor,
            world.Record(hub.Room, editor, RecordClass.Run, world.Streams.Runs, 1, new byte[17]),
            "refused J6 Forbidden"
        );
        hub.Append(editor, Chat(3), "refused J7 Counter");
        hub.Append(
            editor,
            world.Record(hub.Room, editor, RecordClass.Chat, world.Streams.Control, 1, [0]),
            "refused J8 Stream"
        );
        hub.Append(
            editor,
            world.Record(hub.Room, editor, RecordClass.Edit, StreamId.Read(world.Random(16)), 1),
            "refused J8 Stream"
        );
        hub.Append(editor, world.Record(hub.Room, editor, RecordClass.Chat, chat, 2, [1]), "refused J9 StreamRule");
        hub.Append(editor, Chat(2, h => h with { SeenHead = 1 }), "refused J10 Seen");
        hub.Append(editor, Chat(2, h => h with { SeenSeq = 2 }), "refused J10 Seen");
        hub.Append(editor, Chat(2, signer: viewer.Key), "refused J11 Signature");
        hub.Append(editor, Chat(2), "ok");
        byte[] Presence(ulong counter) =>
            world.Record(hub.Room, viewer, RecordClass.Presence, world.Streams.Presence, counter);
        hub.Send(viewer, Presence(5), "ok");
        hub.Send(viewer, Presence(5), "refused J7 Counter");
        hub.Send(viewer, Presence(8), "ok");
        yield return hub.Done();

        var grown = new Script(world, "hub", "T1–T5 by clear parts alone");
        var (ann, ben, own) = (grown.Enters(Role.Editor), grown.Enters(Role.Editor), grown.Enters(Role.Owner));
        var (folder, file, none) = (
            NodeId.Read(world.Random(16)),
            NodeId.Read(world.Random(16)),
            NodeId.Read(world.Random(16))
        );
        var counters = new Dictionary<Person, ulong>();
        void Change(Person who, TreeKind kind, NodeId node, NodeId parent, string expect)
        {
            var counter = counters.GetValueOrDefault(who) + 1;
            grown.Append(
                who,
                world.Record(grown.Room, who, RecordClass.Tree, tree, counter, TreeTests.Clear(node, kind, parent)),
                expect
            );
            if (expect == "ok")
                counters[who] = counter;
        }
        void Delete(Person who, NodeId node, string expect)
        {
            var counter = counters.GetValueOrDefault(who) + 1;
            grown.Append(
                who,
                world.Record(grown.Room, who, RecordClass.Delete, tree, counter, TreeTests.Clear(node)),
                expect
            );
            if (expect == "ok")
                counters[who] = counter;
        }
        Change(ann, TreeKind.CreateFolder, folder, default, "ok");
        Change(ann, TreeKind.CreateFile, folder, default, "refused J9 StreamRule");
        Change(ann, TreeKind.CreateFile, default, default, "refused J9 StreamRule");
        Change(ann, TreeKind.CreateFile, new NodeId(chat.Value), default, "refused J9 StreamRule");
        Change(ben, TreeKind.CreateFile, file, none, "refused J9 StreamRule");
        Change(ben, TreeKind.CreateFile, file, folder, "ok");
        Change(ben, TreeKind.Rename, none, default, "refused J9 StreamRule");
        Change(ben, TreeKind.Rename, file, folder, "refused J9 StreamRule");
        Change(ann, TreeKind.Rename, file, default, "ok");
        Change(ann, TreeKind.Move, folder, folder, "refused J9 StreamRule");
        Change(ann, TreeKind.Move, folder, file, "refused J9 StreamRule");
        Delete(ann, folder, "refused J9 StreamRule");
        Delete(own, folder, "ok");
        Delete(own, folder, "refused J9 StreamRule");
        Change(ann, TreeKind.Restore, file, default, "refused J9 StreamRule");
        Change(ann, TreeKind.Restore, folder, folder, "refused J9 StreamRule");
        Change(ann, TreeKind.Restore, folder, default, "ok");
        Change(ben, TreeKind.Move, file, default, "ok");
        Delete(ann, folder, "ok");
        yield return grown.Done();

        var stored = new Script(world, "hub", "T11 B5 content that is a blob");
        var eve = stored.Enters(Role.Editor);
        var (picture, text) = (NodeId.Read(world.Random(16)), NodeId.Read(world.Random(16)));
        var (first, second) = (BlobId.Read(world.Random(32)), BlobId.Read(world.Random(32)));
        var written = 0UL;
        void Put(TreeKind kind, NodeId node, BlobId? blob, string expect, NodeId parent = default)
        {
            byte[] clear = [.. TreeTests.Clear(node, kind, parent), .. blob?.Value.ToArray() ?? []];
            stored.Append(eve, world.Record(stored.Room, eve, RecordClass.Tree, tree, written + 1, clear), expect);
            written += expect == "ok" ? 1UL : 0;
        }
        void Drop(NodeId node) =>
            stored.Append(
                eve,
                world.Record(stored.Room, eve, RecordClass.Delete, tree, ++written, TreeTests.Clear(node)),
                "ok"
            );
        Put(TreeKind.CreateFile, text, null, "ok");
        Put(TreeKind.CreateBinary, picture, first, "refused B5 Blob");
        Put(TreeKind.CreateBinary, picture, null, "refused J9 StreamRule");
        stored.Blob(first, true);
        Put(TreeKind.CreateFile, picture, first, "refused J9 StreamRule");
        Put(TreeKind.CreateBinary, picture, first, "ok");
        Put(TreeKind.Content, picture, second, "refused B5 Blob");
        stored.Blob(second, true);
        Put(TreeKind.Content, text, second, "refused J9 StreamRule");
        Put(TreeKind.Content, picture, second, "ok");
        stored.Blob(second, false);
        Put(TreeKind.Content, picture, second, "refused B5 Blob");
        var shelf = NodeId.Read(world.Random(16));
        Put(TreeKind.CreateFolder, shelf, null, "ok");
        Put(TreeKind.Move, picture, null, "ok", shelf);
        Drop(picture);
        Put(TreeKind.Restore, picture, null, "refused B5 Blob");
        stored.Blob(second, true);
        Put(TreeKind.Restore, picture, null, "ok", shelf);
        Drop(shelf);
        stored.Blob(second, false);
        Put(TreeKind.Restore, shelf, null, "ok");
        yield return stored.Done();
    }

    private JsonObject Chain(string name, string at, params ReadOnlySpan<(Manifest Manifest, string Expect)> steps)
    {
        var list = new JsonArray();
        foreach (var (manifest, expect) in steps)
            list.Add(new JsonObject { ["bytes"] = Hex(manifest.Encoded), ["expect"] = Script.Expected(expect) });
        return new JsonObject
        {
            ["name"] = name,
            ["at"] = at,
            ["genesis"] = Hex(world.Genesis.Encoded),
            ["steps"] = list,
        };
    }

    private JsonObject Joins(string name, string at, Manifest[] manifests, Person person, string expect)
    {
        var joins = new JsonObject
        {
            ["name"] = name,
            ["at"] = at,
            ["genesis"] = Hex(world.Genesis.Encoded),
            ["manifests"] = List(manifests, manifest => Hex(manifest.Encoded)),
            ["cert"] = Hex(person.Cert.Encoded),
            ["session"] = Hex(person.Session.Encoded),
        };
        if (at == "hub")
        {
            joins["challenge"] = world.Challenge.ToString();
            joins["origins"] = new JsonArray(World.Origin);
        }
        joins["expect"] = Script.Expected(expect);
        return joins;
    }
}
