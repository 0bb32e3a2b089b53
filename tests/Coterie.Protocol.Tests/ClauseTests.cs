using Coterie.Protocol.Rooms;
using Coterie.Protocol.Tests.Worlds;
using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Tests;

/// <summary>
/// J1–J11, clause by clause: a record that is taken and one that differs from it in one thing, judged in the same state at the hub and at a
/// client. The bent one must fail by exactly that clause with exactly that code; nothing else may be wrong with it, for the straight one is taken.
/// </summary>
public sealed class ClauseTests
{
    private static readonly Clause[] Table =
    [
        new("another suite", Rule.J1, Refusal.Suite)
        {
            Bent = s => s.Edit(s.Editor) is var shot ? shot with { Bytes = [2, .. shot.Bytes[1..]] } : shot,
        },
        new("another room", Rule.J1, Refusal.Suite) { Bent = s => s.Edit(s.Editor, h => h with { Room = default }) },
        new("a version that the stream has passed", Rule.J2, Refusal.Version)
        {
            Given = s =>
            {
                s.Learn(d => d);
                s.Must(s.Edit(s.Owner));
            },
            Bent = s => s.Edit(s.Editor, h => Under(s, h, 0)),
        },
        new("a version that is not known", Rule.J2, Refusal.Version)
        {
            Bent = s => s.Edit(s.Editor, h => h with { Version = 1 }),
            AtClient = Verdict.Wait(Rule.J2, Refusal.Version),
        },
        new("a version before the current one in a stream that has not passed it", Rule.J2, Refusal.Version)
        {
            Given = s => s.Learn(d => d),
            Bent = s => s.Edit(s.Editor, h => Under(s, h, 0)),
            AtClient = Verdict.Ok,
        },
        new("a session that nobody knows", Rule.J3, Refusal.Session)
        {
            Bent = s => s.Edit(s.World.Person(Role.Editor)),
            AtClient = Verdict.Wait(Rule.J3, Refusal.Session),
        },
        new("a session that has ended", Rule.J3, Refusal.Session)
        {
            Given = s => s.State.EndSession(s.Other.Id),
            Bent = s => s.Edit(s.Other),
            AtClient = Verdict.Ok,
        },
        new("a session of another connection", Rule.J3, Refusal.Session)
        {
            Bent = s => s.Edit(s.Editor) with { Sender = s.Other },
            AtClient = Verdict.Ok,
        },
        new("a certificate of the epoch before", Rule.J4, Refusal.Cert)
        {
            Given = s => s.Learn(d => d with { Epoch = 1, PrevEpochKey = new byte[60] }),
            Straight = s => s.Edit(Entered(s, s.World.Cert(s.World.Owner, Role.Owner, s.World.Owner, 1, 1))),
            Bent = s => s.Edit(s.Owner),
        },
        new("a key that became an owner's", Rule.J4, Refusal.Cert)
        {
            Given = s =>
                s.Learn(d =>
                    d with
                    {
                        Owners = [.. d.Owners, new OwnerKeys(s.Other.Cert.Sign.ToArray(), s.Other.Cert.Dh.ToArray())],
                    }
                ),
            Bent = s => s.Edit(s.Other),
        },
        new("a member who is not listed", Rule.J5, Refusal.Locked)
        {
            Given = s =>
                s.Learn(d =>
                    d with
                    {
                        Admissions = Admissions.Open | Admissions.Locked,
                        Locked = [s.Editor.Cert.Member],
                    }
                ),
            Bent = s => s.Edit(s.Other),
        },
        new("a viewer who edits", Rule.J6, Refusal.Forbidden) { Bent = s => s.Edit(s.Viewer) },
        new("a viewer who chats against the policy", Rule.J6, Refusal.Forbidden)
        {
            Straight = s => s.Chat(s.Editor),
            Bent = s => s.Chat(s.Viewer),
        },
        new("an editor who edits where only reading is allowed", Rule.J6, Refusal.Forbidden)
        {
            Given = s => s.Learn(d => d with { Policy = Policy.ReadOnly }),
            Straight = s => s.Edit(s.Owner),
            Bent = s => s.Edit(s.Editor),
        },
        new("a class that nothing implements yet", Rule.J6, Refusal.Reserved)
        {
            Straight = s => s.Durable(s.Owner, RecordClass.Profile, s.Streams.Control),
            Bent = s => s.Durable(s.Owner, RecordClass.Attest, s.Streams.Chat),
        },
        new("a run by an owner where the policy has none", Rule.J6, Refusal.Forbidden)
        {
            Straight = s => s.Durable(s.Owner, RecordClass.Disclosure, s.Streams.Control),
            Bent = s => s.Durable(s.Owner, RecordClass.Run, s.Streams.Runs),
        },
        new("a counter that skips", Rule.J7, Refusal.Counter)
        {
            Bent = s => s.Edit(s.Editor, h => h with { Counter = 2 }),
        },
        new("a counter that repeats", Rule.J7, Refusal.Counter)
        {
            Given = s => s.Must(s.Edit(s.Editor)),
            Bent = s => s.Edit(s.Editor, h => h with { Counter = 1 }),
        },
        new("an ephemeral counter that stands still", Rule.J7, Refusal.Counter)
        {
            Given = s => s.Must(s.Presence(s.Editor, 5)),
            Straight = s => s.Presence(s.Editor, 6),
            Bent = s => s.Presence(s.Editor, 5),
        },
        new("a durable record to be relayed", Rule.J8, Refusal.Stream)
        {
            Bent = s => s.Edit(s.Editor) with { Durable = false },
        },
        new("an ephemeral record to be appended", Rule.J8, Refusal.Stream)
        {
            Straight = s => s.Presence(s.Editor, 1),
            Bent = s => s.Presence(s.Editor, 1) with { Durable = true },
        },
        new("an edit in the chat", Rule.J8, Refusal.Stream)
        {
            Bent = s => s.Durable(s.Editor, RecordClass.Edit, s.Streams.Chat),
        },
        new("an edit of a file that is deleted", Rule.J8, Refusal.Stream)
        {
            Given = s =>
            {
                var gone = NodeId.Read(s.World.Random(16));
                s.Must(s.Tree(s.Owner, TreeKind.CreateFile, gone));
                s.Must(s.Delete(s.Owner, gone));
                s.Gone = gone;
            },
            Bent = s => s.Durable(s.Editor, RecordClass.Edit, s.Gone.ToStream()),
            AtClient = Verdict.Ok,
        },
        new("a clear part of another shape", Rule.J9, Refusal.StreamRule)
        {
            Straight = s => s.Chat(s.Editor),
            Bent = s => s.Chat(s.Editor, [0, 0]),
        },
        new("a file in a folder that is none", Rule.J9, Refusal.StreamRule)
        {
            Straight = s => s.Tree(s.Editor, TreeKind.CreateFile, new NodeId(7)),
            Bent = s => s.Tree(s.Editor, TreeKind.CreateFile, new NodeId(7), s.File),
        },
        new("a snapshot that names another stream", Rule.J9, Refusal.StreamRule)
        {
            Straight = s => s.Snapshot(s.Editor),
            Bent = s => s.Snapshot(s.Editor, stream: s.Streams.Chat),
        },
        new("a snapshot of position 0", Rule.J9, Refusal.StreamRule)
        {
            Straight = s => s.Snapshot(s.Editor),
            Bent = s =>
                s.Snapshot(
                    s.Editor,
                    seq: 0,
                    head: Chain.Start(s.World.Genesis.Room, s.File.ToStream(), s.World.Incarnation)
                ),
        },
        new("a snapshot of a position that is still to come", Rule.J9, Refusal.StreamRule)
        {
            Straight = s => s.Snapshot(s.Editor),
            Bent = s => s.Snapshot(s.Editor, seq: 2),
        },
        new("a snapshot with another head", Rule.J9, Refusal.StreamRule)
        {
            Straight = s => s.Snapshot(s.Editor),
            Bent = s => s.Snapshot(s.Editor, head: default(Digest)),
        },
        new("a head that was not seen", Rule.J10, Refusal.Seen)
        {
            Bent = s => s.Edit(s.Editor, h => h with { SeenHead = new(h.SeenHead.High, h.SeenHead.Low ^ 1) }),
            AtClient = Verdict.Alarm(Rule.J10),
        },
        new("a position that is still to come", Rule.J10, Refusal.Seen)
        {
            Bent = s => s.Edit(s.Editor, h => h with { SeenSeq = h.SeenSeq + 1 }),
            AtClient = Verdict.Alarm(Rule.J10),
        },
        new("a head seen under another manifest", Rule.J10, Refusal.Seen)
        {
            Given = s => s.Learn(d => d),
            Bent = s => s.Edit(s.Editor, h => Under(s, h, 0) with { Version = h.Version }),
            AtClient = Verdict.Alarm(Rule.J10),
        },
        new("an ephemeral record that saw a position", Rule.J10, Refusal.Seen)
        {
            Straight = s => s.Presence(s.Editor, 1),
            Bent = s => s.Presence(s.Editor, 1, h => h with { SeenSeq = 1 }),
            AtClient = Verdict.Alarm(Rule.J10),
        },
        new("another's signature", Rule.J11, Refusal.Signature)
        {
            Bent = s => s.Durable(s.Editor, RecordClass.Edit, s.File.ToStream(), signer: s.Other.Key),
        },
    ];

    public static TheoryData<string> Names => [.. Table.Select(clause => clause.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void J1_J2_J3_J4_J5_J6_J7_J8_J9_J10_J11_a_record_is_refused_at_the_hub_for_one_thing_alone(string name)
    {
        var clause = Table.Single(each => each.Name == name);
        using var scene = clause.Set(Side.Hub);
        Assert.Equal(Verdict.Refused(clause.Rule, clause.Code), scene.Take(clause.Bent(scene)));
        Assert.Equal(Verdict.Ok, scene.Take(clause.Straight(scene))); // in the state that the refused one left as it was
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void J13_J2_J3_J10_a_client_voids_it_waits_or_alarms_for_the_same_one_thing(string name)
    {
        var clause = Table.Single(each => each.Name == name);
        using var bent = clause.Set(Side.Client);
        using var straight = clause.Set(Side.Client);
        Assert.Equal(clause.AtClient ?? Verdict.Void(clause.Rule, clause.Code), bent.Take(clause.Bent(bent)));
        Assert.Equal(Verdict.Ok, straight.Take(clause.Straight(straight)));
    }

    private static RecordHeader Under(Scene scene, RecordHeader header, uint version)
    {
        var head = scene.State.HeadOf(header.Stream).Head;
        var seen = Chain.Seen(head, scene.State.Manifests[version].Hash);
        return header with { Version = version, SeenHead = seen };
    }

    private static Person Entered(Scene scene, Cert cert)
    {
        var person = new Person(scene.World.Owner, cert, scene.World.Session(scene.World.Owner, cert));
        scene.World.Enter(scene.State, person);
        return person;
    }

    private sealed record Clause(string Name, Rule Rule, Refusal Code)
    {
        public Action<Scene> Given { get; init; } = _ => { };
        public Func<Scene, Shot> Straight { get; init; } = scene => scene.Edit(scene.Editor);
        public required Func<Scene, Shot> Bent { get; init; }

        /// <summary>Void by the same rule and code where nothing else is said.</summary>
        public Verdict? AtClient { get; init; }

        public Scene Set(Side side)
        {
            var scene = new Scene(side);
            Given(scene);
            return scene;
        }
    }
}
