using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;
using Coterie.Simulation.Worlds;

namespace Coterie.Simulation.Truth;

/// <summary>
/// Says what should come of a record at a place, from what really happened: who made it, which role they were given and by which rules. It
/// reads no signature and no hash, so it cannot be deceived by one, and shares no code with the product's judge.
/// </summary>
internal static class Bench
{
    public static (Finding Finding, string Why) Judge(
        StreamView view,
        Deed? deed,
        Opened? session,
        Manifest? manifest,
        FixedStreams streams
    )
    {
        if (deed is null)
            return (Finding.Void, "nobody made it");
        if (deed.OfOtherRoom)
            return (Finding.Void, "it is another room's");
        if (deed.Version < view.Floor)
            return (Finding.Void, "it goes by older rules than what stands before it");
        if (session is null || session.Person != deed.Author)
            return (Finding.Void, "its session is not its author's");
        if (manifest is null)
            return (Finding.Void, "no owner made its rules");
        if (Standing(session, manifest) is { } fault)
            return (Finding.Void, fault);
        if (!MayWrite(deed.Class, session.Role, manifest.Policy))
            return (Finding.Void, $"a {session.Role} may not write {deed.Class}");
        if (deed.Counter != view.Counters.GetValueOrDefault(deed.Session) + 1)
            return (
                Finding.Void,
                $"it is {deed.Counter} of its session, behind {view.Counters.GetValueOrDefault(deed.Session)}"
            );
        if (deed.Stream != view.Id || !Belongs(deed.Class, streams.Place(view.Id)))
            return (Finding.Void, "it does not belong in this stream");
        if (deed.Clear.Length != ClearBytes(deed.Class) || (IsList(deed.Class) && deed.Clear[^1] != 0))
            return (Finding.Void, "its clear part is not its class's");
        if (!RuleHolds(view, deed, session))
            return (Finding.Void, "the stream's rule");
        if (deed.SeenHead is null || view.HeadAt(deed.SeenSeq) != deed.SeenHead || manifest.Hash != deed.Manifest)
            return (Finding.Forked, "its author saw something else");
        return deed.IsGarbage ? (Finding.Unreadable, "garbage") : (Finding.Applies, "");
    }

    /// <summary>Moves a view on by a record that has this place.</summary>
    public static void Take(StreamView view, Deed? deed, ReadOnlySpan<byte> record, ulong time, Finding finding)
    {
        view.Push(time, record);
        if (finding is not (Finding.Applies or Finding.Unreadable))
            return;
        view.Counters[deed!.Session] = deed.Counter;
        view.Floor = deed.Version;
        if (view.Tree is { } tree && TreeChangeOf(deed) is { } change)
            tree.Apply(change, deed.Author.Id);
    }

    /// <summary>Why who holds this session may not write under these rules; null: they may.</summary>
    public static string? Standing(Opened session, Manifest manifest)
    {
        var person = session.Person;
        var isOwner = manifest.Owners.Any(owner => owner.Sign.AsSpan().SequenceEqual(person.Keys.Sign.Public));
        if (session.Epoch != manifest.Epoch)
            return "its certificate is of another epoch";
        if ((session.Role == Role.Owner) != isOwner)
            return "it is no owner's, or an owner's under another role";
        if (!isOwner && person.Granted.GetValueOrDefault(manifest.EpochKeyHash) != session.Role)
            return $"nobody made its author {session.Role}";
        var locked = (manifest.Admissions & Admissions.Locked) != default;
        return locked && !isOwner && !manifest.Locked.Contains(person.Id) ? "the room is locked for its author" : null;
    }

    private static bool MayWrite(RecordClass kind, Role role, Policy policy)
    {
        var changes = kind is RecordClass.Edit or RecordClass.Tree or RecordClass.Delete;
        var readOnly = (policy & Policy.ReadOnly) != default;
        return role switch
        {
            Role.Owner => changes || IsSaid(kind) || kind == RecordClass.Fence,
            Role.Editor => (changes && !readOnly) || IsSaid(kind),
            _ => kind == RecordClass.Profile || (kind == RecordClass.Chat && (policy & Policy.ViewersChat) != default),
        };
    }

    private static bool IsSaid(RecordClass kind) =>
        kind is RecordClass.Chat or RecordClass.Profile or RecordClass.Snapshot or RecordClass.Disclosure;

    private static bool Belongs(RecordClass kind, Streams place) =>
        kind switch
        {
            RecordClass.Edit => place == Streams.Files,
            RecordClass.Tree or RecordClass.Delete => place == Streams.Tree,
            RecordClass.Chat => place == Streams.Chat,
            RecordClass.Profile or RecordClass.Disclosure => place == Streams.Control,
            RecordClass.Fence or RecordClass.Snapshot => place is Streams.Files or Streams.Tree or Streams.Chat,
            _ => false,
        };

    /// <summary>Nobody in the simulation names a blob.</summary>
    private static int ClearBytes(RecordClass kind) =>
        kind switch
        {
            RecordClass.Chat => 1,
            RecordClass.Tree => 33,
            RecordClass.Delete => 16,
            RecordClass.Snapshot => 89,
            _ => 0,
        };

    private static bool IsList(RecordClass kind) => kind is RecordClass.Chat or RecordClass.Snapshot;

    private static bool RuleHolds(StreamView view, Deed deed, Opened session)
    {
        if (deed.Class == RecordClass.Snapshot)
        {
            var reader = new ByteReader(deed.Clear);
            var named = new StreamId(reader.U128());
            var seq = reader.U64();
            return named == view.Id && seq > 0 && view.HeadAt(seq) == reader.Digest();
        }
        return TreeChangeOf(deed) is not { } change
            || view.Tree!.May(change, deed.Author.Id, session.Role == Role.Owner);
    }

    private static TreeChange? TreeChangeOf(Deed deed) =>
        deed.Class is RecordClass.Tree or RecordClass.Delete
        && TreeChange.TryRead(deed.Class, deed.Clear, out var change)
            ? change
            : null;
}
