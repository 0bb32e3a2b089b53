using System.Diagnostics.CodeAnalysis;
using Coterie.Protocol.Keys;
using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Rooms;

/// <summary>
/// The people of a room: who was admitted, in which sessions, by the rules of PROTOCOL.md section 4. Owns the verification keys of members
/// who have a session here; of others the hub remembers at most that they have written (C4), so that what it holds is bounded by who
/// is present and by what is stored. A session is here only if its Cert and its own signature hold. Never judges records.
/// </summary>
internal sealed class Membership(ManifestChain manifests, ImportedKeys imported) : IDisposable
{
    private readonly Dictionary<SessionId, MemberSession> sessions = [];
    private readonly Dictionary<MemberId, VerifyKey> keys = [];
    private readonly HashSet<MemberId> writers = [];
    private byte[] lastIssuer = []; // most sessions of a room share one

    public bool TryGet(SessionId id, [NotNullWhen(true)] out MemberSession? session) =>
        sessions.TryGetValue(id, out session);

    public bool HasOthers(MemberId own)
    {
        foreach (var session in sessions.Values)
        {
            if (session.Live && session.Member != own)
                return true;
        }
        return false;
    }

    /// <summary>Hub: opens a session on a connection (C1–C4, S1, S2, S4), and ends the one it replaces.</summary>
    public Verdict Join(
        Cert cert,
        Session session,
        Digest challenge,
        IReadOnlyList<Digest> origins,
        out MemberSession? joined
    )
    {
        joined = null;
        var manifest = manifests.Newest;
        if (!IssuedUnder(cert, manifest))
            return Verdict.Refused(Rule.C1, Refusal.Cert);
        if (!Admittance.RoleFits(cert, manifest))
            return Verdict.Refused(Rule.C2, Refusal.Cert);
        if (!Admittance.LockAllows(cert, manifest))
            return Verdict.Refused(Rule.C3, Refusal.Locked);
        var open = manifest.Admissions.HasFlag(Admissions.Open);
        if (!open && cert.Issuer == 0 && !IsAdmitted(cert.Member))
            return Verdict.Refused(Rule.C4, Refusal.Cert);
        if (!Names(session, cert) || session.Challenge != challenge || sessions.ContainsKey(session.Id))
            return Verdict.Refused(Rule.S1, Refusal.Session);
        if (!origins.Contains(session.OriginHash))
            return Verdict.Refused(Rule.S1, Refusal.Origin);
        if (!Signed(session, cert))
            return Verdict.Refused(Rule.S1, Refusal.Session);
        var replaced = sessions.GetValueOrDefault(session.Replaces);
        if (replaced is not null && replaced.Member != cert.Member)
            return Verdict.Refused(Rule.S2, Refusal.Session);
        if (!HasRoom(cert.Member, replaced))
            return Verdict.Refused(Rule.S4, Refusal.RoomFull);
        if (replaced is not null)
            End(replaced.Id);
        joined = Keep(cert, session, Admittance.IssuerKey(cert, manifest), live: true);
        return Verdict.Ok;
    }

    /// <summary>Client: a session that records may come from (S3). What its Cert allows under a record's version is judged with the record.</summary>
    public Verdict Meet(Cert cert, Session session, bool live)
    {
        if (sessions.TryGetValue(session.Id, out var known) && known.Cert.Hash == cert.Hash)
        {
            known.Live = live;
            return Verdict.Ok;
        }
        if (!Names(session, cert))
            return Verdict.Refused(Rule.S3, Refusal.Session);
        if (manifests.Count == 0 || cert.Epoch > manifests.Newest.Epoch)
            return Verdict.Wait(Rule.C1, Refusal.Version);
        var issuerKey = IssuerInEpoch(cert);
        if (issuerKey.IsEmpty)
            return Verdict.Refused(Rule.C1, Refusal.Cert);
        if (!Signed(session, cert))
            return Verdict.Refused(Rule.S3, Refusal.Session);
        Keep(cert, session, issuerKey, live);
        return Verdict.Ok;
    }

    /// <summary>The key that issued the Cert under some manifest of its epoch, the newest first; empty if none did (C1).</summary>
    private ReadOnlySpan<byte> IssuerInEpoch(Cert cert)
    {
        for (var version = manifests.Count - 1; version >= 0; version--)
        {
            var manifest = manifests[(uint)version];
            if (IssuedUnder(cert, manifest))
                return Admittance.IssuerKey(cert, manifest);
        }
        return default;
    }

    /// <summary>The session is live no longer. False if it was not.</summary>
    public bool End(SessionId id)
    {
        if (!sessions.TryGetValue(id, out var session) || !session.Live)
            return false;
        session.Live = false;
        return true;
    }

    /// <summary>Hub: a dead session is forgotten, and its member with the last one, unless they have written.</summary>
    public void Forget(SessionId id)
    {
        if (!sessions.Remove(id, out var forgotten))
            return;
        if (forgotten.HasWritten)
            writers.Add(forgotten.Member);
        foreach (var session in sessions.Values)
        {
            if (session.Member == forgotten.Member)
                return;
        }
        keys.Remove(forgotten.Member);
        forgotten.Key.Dispose();
    }

    /// <summary>Hub: a member whose records are stored, so that closed admission lets them back in (C4).</summary>
    public void Recall(Cert cert) => writers.Add(cert.Member);

    public void Dispose()
    {
        foreach (var key in keys.Values)
            key.Dispose();
    }

    private bool IsAdmitted(MemberId member) => keys.ContainsKey(member) || writers.Contains(member);

    private MemberSession Keep(Cert cert, Session session, ReadOnlySpan<byte> issuerKey, bool live)
    {
        if (!keys.TryGetValue(cert.Member, out var key))
            keys.Add(cert.Member, key = VerifyKey.Shelved(cert.SignMemory, imported));
        if (!issuerKey.SequenceEqual(lastIssuer))
            lastIssuer = issuerKey.ToArray();
        var kept = new MemberSession(cert, session, key, lastIssuer, live);
        sessions[session.Id] = kept;
        return kept;
    }

    private static bool IssuedUnder(Cert cert, Manifest manifest)
    {
        var issuer = Admittance.IssuerKey(cert, manifest);
        if (cert.Room != manifest.Room || cert.Epoch != manifest.Epoch || issuer.IsEmpty)
            return false;
        using var key = VerifyKey.Import(issuer);
        return cert.IssuedBy(key);
    }

    private static bool Names(Session session, Cert cert) =>
        session.Room == cert.Room && session.Member == cert.Member && session.CertHash == cert.Hash;

    /// <summary>By the member's key for this once: who only reads needs it no more.</summary>
    private static bool Signed(Session session, Cert cert)
    {
        using var key = VerifyKey.Import(cert.Sign);
        return session.SignedBy(key);
    }

    private bool HasRoom(MemberId member, MemberSession? replaced)
    {
        var inRoom = 0;
        var ofMember = 0;
        foreach (var session in sessions.Values)
        {
            if (!session.Live || session == replaced)
                continue;
            inRoom++;
            ofMember += session.Member == member ? 1 : 0;
        }
        return inRoom < Limits.MaxSessionsPerRoom && ofMember < Limits.MaxSessionsPerMember;
    }
}
