using Coterie.Hub.Stores;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;

namespace Coterie.Hub.Rooms;

/// <summary>
/// An epoch's keys for members, which owners bring and the hub keeps and hands out without being able to open them (A1, A3), and who may stay
/// in the room under a new manifest (A4).
/// </summary>
public sealed partial class Room
{
    /// <summary>The durable ones of the newest epoch.</summary>
    private readonly Dictionary<MemberId, byte[]> wraps = [];

    /// <summary>For whom there are some in the newest epoch that was accepted: what <see cref="wraps"/> holds once it is durable.</summary>
    private readonly HashSet<MemberId> wrapped = [];

    private bool OnGive(Peer peer, ReadOnlySpan<byte> body)
    {
        if (!Give.TryParse(body, out var give, out _) || !give.Wraps.TryParse<Wrap>(Wrap.TryParse, out var keys))
        {
            return false;
        }
        foreach (var wrap in keys)
        {
            var verdict = state.Judge(wrap);
            if (!verdict.IsOk)
            {
                Refuse(peer, verdict.Refusal);
                return true;
            }
        }
        if (wrapped.Union(keys.Select(wrap => wrap.Member)).Count() > Protocol.Limits.MaxKeptWraps)
        {
            Refuse(peer, Refusal.TooLarge);
            return true;
        }
        if (keys.Count > 0)
        {
            Flush();
            Gather(keys);
            HandOut();
        }
        return true;
    }

    private bool OnFetch(Peer peer, ReadOnlySpan<byte> body)
    {
        if (!Fetch.TryParse(body, out var fetch, out _))
        {
            return false;
        }
        if (peer.Attendance is not null)
        {
            OutOfOrder(peer, "Fetch your keys before you join.");
            return true;
        }
        if (wraps.TryGetValue(fetch.Member, out var wrap))
        {
            SendWrap(peer, wrap);
        }
        else
        {
            Refuse(peer, Refusal.Removed);
        }
        return true;
    }

    /// <summary>Of those that came with a manifest only what an owner signed, and as many as a room keeps, is kept: that one does not fail for the others.</summary>
    private void Gather(List<Wrap> keys)
    {
        foreach (var wrap in keys)
        {
            var fits = wrapped.Count < Protocol.Limits.MaxKeptWraps || wrapped.Contains(wrap.Member);
            if (fits && state.Judge(wrap).IsOk)
            {
                wrapped.Add(wrap.Member);
                Gathering.Wraps.Add(new StoredWrap(wrap.Member, wrap.Encoded.ToArray()));
            }
        }
    }

    /// <summary>Manifests and keys of a write are durable: who has new keys gets them, and who may not be here any more goes (A4).</summary>
    private void Keep(RoomWrite write)
    {
        if (write.BeginsEpoch)
        {
            wraps.Clear();
        }
        foreach (var (member, wrap) in write.Wraps)
        {
            wraps[member] = wrap;
            foreach (var present in live)
            {
                if (MemberOf(present) == member)
                {
                    SendWrap(present.Peer!, wrap);
                }
            }
            LetIn(member, wrap);
        }
        if (write.Manifests.Count > 0)
        {
            SendAway();
            EndKnocks();
            CountOwners();
        }
    }

    private void SendAway()
    {
        foreach (var present in live.ToArray())
        {
            var verdict = state.Standing(present.Id);
            if (verdict.IsOk || (verdict.Rule == Rule.J4 && MayJoinAgain(present)))
            {
                continue;
            }
            var code = verdict.Rule == Rule.J5 ? Refusal.Locked : Refusal.Removed;
            Drop(present.Peer!, code, code == Refusal.Removed ? Texts.SentAway : Texts.Of(code));
        }
    }

    /// <summary>Its Cert holds no more, but it has keys for another, or is an owner now.</summary>
    private bool MayJoinAgain(Attendance present) =>
        state.TryGetSession(present.Id, out var session)
        && (wraps.ContainsKey(session.Member) || state.Manifests.Newest.OwnerIndex(session.Cert.Sign) >= 0);

    private MemberId MemberOf(Attendance present) =>
        state.TryGetSession(present.Id, out var session) ? session.Member : default;

    private void SendWrap(Peer peer, byte[] wrap)
    {
        new WrapFrame { Wrap = wrap }.Write(effects.Frame);
        effects.SendTo(peer.Connection);
    }
}
