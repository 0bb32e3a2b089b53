using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;

namespace Coterie.Hub.Rooms;

/// <summary>
/// Who waits at the door of a room by approval until an owner lets them in or turns them away (section 14). Nothing of it is stored: a knock
/// lasts as long as its connection and the manifest that it was made under.
/// </summary>
public sealed partial class Room
{
    /// <summary>The connections that knock, by who they would be.</summary>
    private readonly Dictionary<MemberId, Peer> knocking = [];
    private int ownersHere;

    private bool OnKnock(Peer peer, ReadOnlySpan<byte> body)
    {
        if (!Knock.TryParse(body, out var knock, out _))
        {
            return false;
        }
        var newest = state.Manifests[(uint)manifests.Count - 1]; // the durable one, which it was sent
        var member = Cert.MemberOf(knock.Sign);
        if (peer.Attendance is not null || peer.OpenedUnder != manifests.Count)
        {
            OutOfOrder(peer, "Open a door of the room as it is now, then knock.");
        }
        else if ((newest.Admissions & Admissions.ByApproval) == default)
        {
            OutOfOrder(peer, "Nobody is asked in this room: join it.");
        }
        else if ((newest.Admissions & Admissions.Locked) != default)
        {
            Refuse(peer, Refusal.Locked);
        }
        else if (knock.Letters.Count != newest.Owners.Count)
        {
            return false;
        }
        else if (knocking.Count >= Protocol.Limits.MaxKnocks && !knocking.ContainsKey(member))
        {
            effects.Error(peer.Connection, Refusal.RoomFull, "Too many people wait to be let in. Try again later.");
        }
        else
        {
            Await(peer, member, knock);
        }
        return true;
    }

    private void Await(Peer peer, MemberId member, Knock knock)
    {
        EndKnock(peer);
        if (knocking.TryGetValue(member, out var earlier))
        {
            effects.Error(earlier.Connection, Refusal.Replaced, "You ask to come in from another page: go on there.");
            EndKnock(earlier);
        }
        var letters = new List<byte[]>();
        foreach (var letter in knock.Letters)
        {
            letters.Add(letter.ToArray());
        }
        peer.Knocking = new Knocker(member, knock.Sign.ToArray(), knock.Dh.ToArray(), letters);
        knocking.Add(member, peer);
        peer.OpenedUnder = 0; // one door, one knock
        effects.Add(new RoomEffect(RoomEffectKind.Settle, peer.Connection));
        SayWaiting(peer);
        foreach (var present in live)
        {
            Announce(peer.Knocking, present);
        }
    }

    private bool OnTurnAway(Peer peer, ReadOnlySpan<byte> body)
    {
        if (!TurnAway.TryParse(body, out var away, out _))
        {
            return false;
        }
        if (!state.Owns(peer.Attendance!.Id))
        {
            Refuse(peer, Refusal.Forbidden);
        }
        else if (knocking.TryGetValue(away.Member, out var knocker))
        {
            Refuse(knocker, Refusal.TurnedAway);
            EndKnock(knocker);
        }
        return true;
    }

    /// <summary>Keys for them are durable: they are in.</summary>
    private void LetIn(MemberId member, byte[] wrap)
    {
        if (knocking.TryGetValue(member, out var knocker))
        {
            SendWrap(knocker, wrap);
            EndKnock(knocker);
        }
    }

    /// <summary>Letters are to the owners of one manifest: under the next one everybody knocks anew.</summary>
    private void EndKnocks()
    {
        foreach (var knocker in knocking.Values.ToArray())
        {
            effects.Error(
                knocker.Connection,
                Refusal.ManifestConflict,
                "The room's rules have just changed. Knock again."
            );
            EndKnock(knocker);
        }
    }

    private void EndKnock(Peer peer)
    {
        if (peer.Knocking is not { Member: var member })
        {
            return;
        }
        peer.Knocking = null;
        knocking.Remove(member);
        foreach (var present in live)
        {
            if (state.Owns(present.Id))
            {
                new KnockEnded { Member = member }.Write(effects.Frame);
                effects.SendTo(present.Peer!.Connection);
            }
        }
    }

    /// <summary>An owner who has just joined hears of all who wait.</summary>
    private void AnnounceAll(Attendance present)
    {
        foreach (var knocker in knocking.Values)
        {
            Announce(knocker.Knocking!, present);
        }
    }

    private void Announce(Knocker knocker, Attendance present)
    {
        if (!state.Owns(present.Id) || !state.TryGetSession(present.Id, out var session))
        {
            return;
        }
        var owner = state.Manifests.Newest.OwnerIndex(session.Cert.Sign);
        if (owner >= knocker.Letters.Count)
        {
            return; // made an owner just now: who waits is about to knock anew
        }
        new Knocked
        {
            Sign = knocker.Sign,
            Dh = knocker.Dh,
            Letter = knocker.Letters[owner],
        }.Write(effects.Frame);
        effects.SendTo(present.Peer!.Connection);
    }

    /// <summary>Who waits is told where another number of owners is here.</summary>
    private void CountOwners()
    {
        var owners = live.Where(present => state.Owns(present.Id)).Select(MemberOf).Distinct().Count();
        if (owners == ownersHere)
        {
            return;
        }
        ownersHere = owners;
        foreach (var knocker in knocking.Values)
        {
            SayWaiting(knocker);
        }
    }

    private void SayWaiting(Peer peer)
    {
        new Waiting { Owners = (byte)ownersHere }.Write(effects.Frame);
        effects.SendTo(peer.Connection);
    }
}

/// <summary>Somebody who knocks: both their keys (65 bytes each), and a letter to each owner of the manifest they knocked under.</summary>
internal sealed record Knocker(MemberId Member, byte[] Sign, byte[] Dh, IReadOnlyList<byte[]> Letters);
