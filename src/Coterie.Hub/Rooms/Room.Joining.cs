using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;

namespace Coterie.Hub.Rooms;

/// <summary>How one enters: look, open, join (W2, K6, S1–S4, W7), and how a session ends.</summary>
public sealed partial class Room
{
    private readonly Dictionary<SessionId, Attendance> attendances = [];
    private readonly List<Attendance> live = [];
    private int acquaintances;

    private bool OnLook(Peer peer, ReadOnlySpan<byte> body)
    {
        if (!Look.TryParse(body, out _, out _))
        {
            return false;
        }
        if (peer.Attendance is not null)
        {
            OutOfOrder(peer, "Look at a room before you join one.");
            return true;
        }
        SendRoom(peer);
        return true;
    }

    private bool OnOpen(Peer peer, ReadOnlySpan<byte> body)
    {
        if (!Open.TryParse(body, out var open, out _))
        {
            return false;
        }
        if (peer.Attendance is not null)
        {
            OutOfOrder(peer, "Open a door before you join.");
            return true;
        }
        foreach (var door in doors)
        {
            if (door.Id == open.Door && door.Admits(open.Access))
            {
                if (now >= state.Manifests.Newest.Until) // K14
                {
                    Refuse(peer, Refusal.Expired);
                    return true;
                }
                if (!peer.RoomSent || peer.ManifestsSent < manifests.Count)
                {
                    SendRoom(peer);
                }
                peer.OpenedUnder = manifests.Count;
                new DoorFrame { Door = door.Encoded }.Write(effects.Frame);
                effects.SendTo(peer.Connection);
                return true;
            }
        }
        effects.Error(
            peer.Connection,
            Refusal.BadAccess,
            "The link or password does not open this room. Ask for a new link."
        );
        return true;
    }

    private void SendRoom(Peer peer)
    {
        RoomFrame.Write(effects.Frame, kind, incarnation, state.Manifests.Genesis.Encoded, manifests);
        effects.SendTo(peer.Connection);
        peer.RoomSent = true;
        peer.ManifestsSent = manifests.Count;
    }

    private bool OnJoin(Peer peer, ReadOnlySpan<byte> body)
    {
        if (
            !Join.TryParse(body, out var join, out _)
            || !Cert.TryParse(join.Cert, out var cert, out _)
            || !Session.TryParse(join.Session, out var session, out _)
        )
        {
            return false;
        }
        if (peer.Past.Count >= options.SessionsPerConnection)
        {
            Drop(peer, Refusal.RateLimited, "This connection has opened too many sessions. Connect again.");
            return true;
        }
        if (attendances.ContainsKey(session.Id))
        {
            Refuse(peer, Refusal.Session);
            return true;
        }
        var replaced = attendances.GetValueOrDefault(session.Replaces);
        if (LiveSessions - (replaced?.Peer is null ? 0 : 1) >= options.SessionsPerRoom)
        {
            Refuse(peer, Refusal.RoomFull);
            return true;
        }
        var verdict = state.Join(cert, session, peer.Facts.Challenge, peer.Facts.Origins, out var joined);
        if (!verdict.IsOk)
        {
            Refuse(peer, verdict.Refusal);
            return true;
        }
        if (replaced?.Peer is { } other && other != peer)
        {
            Drop(other, Refusal.Replaced, "This session was replaced by a newer one of yours.");
        }
        EndKnock(peer);
        EndAttendance(peer); // W7
        Enter(peer, joined!);
        return true;
    }

    private void Refuse(Peer peer, Refusal code) => effects.Error(peer.Connection, code, Texts.Of(code));

    private void Enter(Peer peer, MemberSession joined)
    {
        var attendance = new Attendance(acquaintances++, joined.Id, joined.Cert.Memory, joined.Session.Memory)
        {
            Peer = peer,
        };
        attendances.Add(joined.Id, attendance);
        live.Add(attendance);
        LiveSessions++;
        peer.Attendance = attendance;
        peer.Past.Add(attendance);
        peer.Burnt = false;
        peer.Presence = PresenceBucket.Full(now);
        if (!peer.RoomSent)
        {
            SendRoom(peer);
        }
        for (; peer.ManifestsSent < manifests.Count; peer.ManifestsSent++)
        {
            SendManifest(peer, manifests[peer.ManifestsSent]);
        }
        new Joined { Session = joined.Id }.Write(effects.Frame);
        effects.SendTo(peer.Connection);
        effects.Add(new RoomEffect(RoomEffectKind.Settle, peer.Connection));
        if (wraps.TryGetValue(joined.Member, out var wrap))
        {
            SendWrap(peer, wrap); // it may have been given while its member was away
        }
        SendStorage(peer);
        foreach (var present in live)
        {
            if (present != attendance)
            {
                present.Peer!.Meets(attendance);
                SendMember(present.Peer, attendance);
            }
            peer.Meets(present);
            SendMember(peer, present);
        }
        CountOwners();
        AnnounceAll(attendance);
    }

    /// <summary>The connection's session is over, for everyone.</summary>
    private void EndAttendance(Peer peer)
    {
        if (peer.Attendance is not { } attendance)
        {
            return;
        }
        peer.Attendance = null;
        attendance.Peer = null;
        live.Remove(attendance);
        LiveSessions--;
        quietSince = now;
        state.EndSession(attendance.Id);
        foreach (var present in live)
        {
            new Gone { Session = attendance.Id }.Write(effects.Frame);
            effects.SendTo(present.Peer!.Connection);
        }
        CountOwners();
    }

    /// <summary>Sends a session's papers where they were not sent yet (W3).</summary>
    private void Introduce(Peer peer, Attendance attendance)
    {
        if (peer.Meets(attendance))
        {
            SendMember(peer, attendance);
        }
    }

    private void SendMember(Peer peer, Attendance attendance)
    {
        new MemberFrame
        {
            Live = attendance.Peer is not null,
            Cert = attendance.Cert.Span,
            Session = attendance.Session.Span,
        }.Write(effects.Frame);
        effects.SendTo(peer.Connection);
    }

    private void SendManifest(Peer peer, byte[] manifest)
    {
        new ManifestFrame { Manifest = manifest }.Write(effects.Frame);
        effects.SendTo(peer.Connection);
    }
}
