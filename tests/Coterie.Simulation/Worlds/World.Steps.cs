using System.Text;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Rooms.Payloads;
using Coterie.Protocol.Wire;
using Coterie.Simulation.Truth;

namespace Coterie.Simulation.Worlds;

/// <summary>What happens in a world: the network, the server's disk, people, owners, accidents, and now and then a move of somebody hostile.</summary>
internal sealed partial class World
{
    private const int MostFramesAtOnce = 6;

    public void Step()
    {
        step++;
        Now += (ulong)Dice.Below(2_000);
        Network();
        Network();
        if (Dice.Below(2) == 0)
            Disk();
        var drawn = Dice.Below(100);
        if (drawn < 18)
            Network();
        else if (drawn < 26)
            Disk();
        else if (drawn < 54)
            SomebodyActs();
        else if (drawn < 60)
            Any(person => person.IsOnline)?.Pulse();
        else if (drawn < 63)
            Any(person => person.Line is not null)?.Drop();
        else if (drawn < 73)
            SomebodyComes();
        else if (drawn < 81)
            Governing();
        else if (drawn < 82)
            Accident();
        else
            Hostility();
        Tidy();
    }

    /// <summary>Everything that is on its way arrives, and everybody comes back.</summary>
    public void Settle()
    {
        for (var round = 0; round < 5_000; round++)
        {
            var idle = true;
            foreach (var person in Present.ToList())
            {
                if (person.Member.NeedsConnection)
                    person.Drop();
                if (person.Line is null && !person.HasLeft)
                    person.Connect(Server);
                if (person.Line is not { } line)
                    continue;
                idle &= line.Up.Count == 0 && line.Down.Count == 0;
                if (line.Up.Count > 0)
                    GoesUp(line);
                if (line.Down.Count > 0)
                    ComesDown(line);
                Tidy();
            }
            Server.Flush();
            idle &= !Server.HasWork;
            Server.Work();
            if (idle)
                return;
        }
        throw new SimulationException("The room does not come to rest.");
    }

    /// <summary>An honest server: at rest, everybody has what the store has, and what was to be saved is saved, or was refused for good.</summary>
    public void CheckAtRest()
    {
        foreach (var person in Present.Where(person => !person.IsHostile))
        {
            Account.Demand(person.IsOnline, $"{person.Name} cannot come back");
            foreach (var stream in person.Followed)
            {
                var view = person.Views[stream];
                var stored = Truth.Log.GetValueOrDefault(stream);
                Account.Demand(
                    view.Count == (stored?.Count ?? 0),
                    $"{person.Name} has {view.Count} of {stored?.Count ?? 0} positions"
                );
            }
            Account.Demand(!person.HasInFlight, $"{person.Name} waits for ever for what they wrote");
        }
        foreach (var person in People)
        foreach (var wish in person.Wishes.Where(wish => wish.Landing.IsCompletedSuccessfully))
        {
            var stands = Truth
                .Log[wish.Stream]
                .Applied.Any(deed => deed.Author == person && deed.Payload.AsSpan().SequenceEqual(wish.Payload));
            Account.Demand(stands, $"what {person.Name} saved is lost");
        }
    }

    private void Network()
    {
        var lines = Lines
            .Where(line => line.Up.Count > 0 || line.Down.Count > 0 || line.Person.Member.NeedsConnection)
            .ToList();
        if (Pick(lines) is not { } line)
            return;
        if (line.Person.Member.NeedsConnection)
        {
            line.Person.Drop();
            return;
        }
        for (var frames = 1 + Dice.Below(MostFramesAtOnce); frames > 0 && line.Person.Line == line; frames--)
        {
            if (line.Up.Count > 0 && (line.Down.Count == 0 || Dice.Below(2) == 0))
                GoesUp(line);
            else if (line.Down.Count > 0)
                ComesDown(line);
        }
    }

    private static void GoesUp(Line line)
    {
        var frame = line.Up[0];
        line.Up.RemoveAt(0);
        line.Server.Receive(line, frame);
    }

    private void ComesDown(Line line)
    {
        var frame = line.Down[0];
        line.Down.RemoveAt(0);
        Tell($"{line.Person.Name} < {frame.Type}");
        line.Person.Take(frame);
    }

    private void Disk()
    {
        var server = Fork is not null && Dice.Below(2) == 0 ? Fork : Server;
        server.Flush();
        for (var times = 1 + Dice.Below(3); times > 0; times--)
            server.Work();
    }

    /// <summary>Lines that their server closed end behind the last frame.</summary>
    private void Tidy()
    {
        foreach (var line in Lines.Where(line => line.Closing && line.Down.Count == 0).ToList())
            line.Person.Drop();
    }

    private void SomebodyComes()
    {
        if (Any(person => person.Line is null) is { } away)
        {
            Tell($"{away.Name} comes back");
            away.Connect(Fork is not null && away.IsElsewhere ? Fork : Server);
            return;
        }
        if (Present.Count() >= MostPeople && (Any(CanGo(alarmed: true)) ?? Any(CanGo(alarmed: false))) is { } tired)
        {
            Tell($"{tired.Name} goes");
            tired.Leave();
        }
        if (Present.Count() < MostPeople)
            Tell($"{Join(Dice.Below(3) == 0 ? Role.Viewer : Role.Editor).Name} comes");
    }

    private Func<Person, bool> CanGo(bool alarmed) =>
        person => person != Founder && !person.IsHostile && person.IsAlarmed == alarmed;

    private void Accident()
    {
        Tell("the server has an accident");
        if (Dice.Below(2) == 0)
            Server.Crash();
        else
            Server.FailCommit();
    }

    private void SomebodyActs()
    {
        if (
            Any(person => !person.IsHostile && person.Member.State is not null && person.Member.Role is not null)
            is not { } person
        )
            return;
        Follow(person);
        var mayChange = MayChange(person);
        switch (Dice.Below(10))
        {
            case 0 when !person.IsStopped(Streams.Control):
                var profile = new Profile { Name = Encoding.UTF8.GetBytes(person.Name), Colour = Dice.Bytes(3) };
                person.Append(RecordClass.Profile, Streams.Control, [], profile.Encode());
                break;
            case 1 or 2 when mayChange:
                Creates(person);
                break;
            case 3 when mayChange:
                ChangesTree(person);
                break;
            case >= 4 and <= 6 when mayChange:
                Edits(person);
                break;
            case 7 when person.Member.Role != Role.Viewer:
                Snapshots(person);
                break;
            default:
                Chats(person);
                break;
        }
    }

    public void Follow(Person person)
    {
        person.Follow(Streams.Tree);
        person.Follow(Streams.Chat);
        person.Follow(Streams.Control);
        foreach (var file in Files(person).Take(4))
            person.Follow(file);
    }

    public IReadOnlyList<StreamId> Files(Person person) =>
        [.. (person.View(Streams.Tree)?.Tree?.LivingFiles ?? []).Select(node => node.ToStream())];

    private bool MayChange(Person person)
    {
        var rules = person.Member.State!.Manifests.Newest;
        return person.Member.Role == Role.Owner
            || (person.Member.Role == Role.Editor && (rules.Policy & Policy.ReadOnly) == default);
    }

    private void Chats(Person person)
    {
        var rules = person.Member.State!.Manifests.Newest;
        var may = person.Member.Role != Role.Viewer || (rules.Policy & Policy.ViewersChat) != default;
        if (may && !person.IsStopped(Streams.Chat))
            person.Append(RecordClass.Chat, Streams.Chat, [0], Said());
    }

    public byte[] Said()
    {
        var text = Encoding.UTF8.GetBytes($"message {Dice.Next()}");
        return new Chat { OpId = Bits128.Read(NewId()), Text = text }.Encode();
    }

    private void Creates(Person person)
    {
        if (person.IsStopped(Streams.Tree) || person.View(Streams.Tree)?.Tree is not { } tree)
            return;
        var folders = tree.LivingFolders.ToList();
        var parent = folders.Count == 0 || Dice.Below(2) == 0 ? NodeId.Root : folders[Dice.Below(folders.Count)];
        var kind = Dice.Below(3) == 0 ? TreeKind.CreateFolder : TreeKind.CreateFile;
        person.Append(RecordClass.Tree, Streams.Tree, Clear(NodeId.Read(NewId()), parent, kind), Named());
    }

    private void ChangesTree(Person person)
    {
        if (person.IsStopped(Streams.Tree) || person.View(Streams.Tree)?.Tree is not { } tree)
            return;
        var living = tree.Living().ToList();
        var gone = tree.Deleted().ToList();
        var folders = tree.LivingFolders.Append(NodeId.Root).ToList();
        var owner = person.Member.Role == Role.Owner;
        var what = Dice.Below(4);
        if (what == 0 && gone.Count > 0)
        {
            var restored = Clear(gone[Dice.Below(gone.Count)], folders[Dice.Below(folders.Count)], TreeKind.Restore);
            person.Append(RecordClass.Tree, Streams.Tree, restored, Named());
        }
        else if (living.Count > 0)
        {
            var node = living[Dice.Below(living.Count)];
            if (what == 1)
                person.Append(RecordClass.Tree, Streams.Tree, Clear(node, NodeId.Root, TreeKind.Rename), Named());
            else if (
                what == 2
                && Change(node, folders[Dice.Below(folders.Count)]) is var move
                && tree.May(move, person.Id, owner)
            )
                person.Append(RecordClass.Tree, Streams.Tree, Clear(node, move.Parent, TreeKind.Move), Named());
            else if (tree.May(new TreeChange(node, NodeId.Root, default, true), person.Id, owner))
                person.Append(
                    RecordClass.Delete,
                    Streams.Tree,
                    Clear(node),
                    new DeletePayload(Bits128.Read(NewId())).Encode()
                );
        }
    }

    private static TreeChange Change(NodeId node, NodeId parent) => new(node, parent, TreeKind.Move, false);

    private void Edits(Person person)
    {
        var files = Files(person);
        if (files.Count == 0)
            return;
        var file = files[Dice.Below(files.Count)];
        person.Follow(file);
        if (!person.IsStopped(file))
            person.Append(RecordClass.Edit, file, [], Dice.Bytes(4 + Dice.Below(40)));
    }

    private void Snapshots(Person person)
    {
        if (person.View(Streams.Chat) is not { Count: > 0 } view || person.IsStopped(Streams.Chat))
            return;
        person.Append(
            RecordClass.Snapshot,
            Streams.Chat,
            SnapshotClear(Streams.Chat, view.Count, view.Head),
            Dice.Bytes(30)
        );
    }

    public static byte[] SnapshotClear(StreamId stream, ulong seq, Digest head)
    {
        var clear = new byte[16 + 8 + 32 + 32 + 1];
        var writer = new ByteWriter(clear);
        writer.U128(stream.Value);
        writer.U64(seq);
        writer.Digest(head);
        return clear;
    }

    public byte[] Named() =>
        new TreePayload
        {
            OpId = Bits128.Read(NewId()),
            Name = Encoding.UTF8.GetBytes($"name {Dice.Below(1_000)}"),
        }.Encode();

    public static byte[] Clear(NodeId node, NodeId parent, TreeKind kind)
    {
        var clear = new byte[33];
        node.CopyTo(clear);
        parent.CopyTo(clear.AsSpan(16));
        clear[32] = (byte)kind;
        return clear;
    }

    public static byte[] Clear(NodeId node)
    {
        var clear = new byte[16];
        node.CopyTo(clear);
        return clear;
    }
}
