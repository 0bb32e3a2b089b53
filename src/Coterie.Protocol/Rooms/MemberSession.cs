using Coterie.Protocol.Keys;
using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Rooms;

/// <summary>A session that was admitted, and what judging its records needs: its key, its role, the key that issued its Cert, its ephemeral counters.</summary>
public sealed class MemberSession
{
    private ulong[] ephemeral = [];
    private (uint Version, Rule Rule)? standing;

    internal MemberSession(Cert cert, Session session, VerifyKey key, byte[] issuerKey, bool live)
    {
        Cert = cert;
        Session = session;
        Key = key;
        IssuerKey = issuerKey;
        Live = live;
    }

    public Cert Cert { get; }
    public Session Session { get; }
    public SessionId Id => Session.Id;
    public MemberId Member => Cert.Member;
    public Role Role => Cert.Role;

    /// <summary>The member's key, shared by all its sessions. Owned by the room's state.</summary>
    public VerifyKey Key { get; }

    /// <summary>At the hub: a connection holds it. At a client: the hub's word (S3).</summary>
    public bool Live { get; internal set; }

    /// <summary>A durable record of it has a place in a stream.</summary>
    internal bool HasWritten { get; set; }

    /// <summary>The key whose signature the Cert bears.</summary>
    internal byte[] IssuerKey { get; }

    /// <summary>The last counter of an ephemeral class (each has one stream); 0 for none (R4).</summary>
    internal ulong Ephemeral(RecordClass value) => ephemeral.Length > 0 ? ephemeral[(int)value] : 0;

    internal void CountEphemeral(RecordClass value, ulong counter)
    {
        if (ephemeral.Length == 0)
            ephemeral = new ulong[(int)RecordClass.Profile + 1];
        ephemeral[(int)value] = counter;
    }

    /// <summary>J4 and J5 under a manifest: J4, J5 or none. Remembered, because it is asked for every record and changes only with the version.</summary>
    internal Rule Standing(Manifest manifest)
    {
        if (standing is { } known && known.Version == manifest.Version)
            return known.Rule;
        var rule =
            !Admittance.CertHolds(Cert, IssuerKey, manifest) ? Rule.J4
            : !Admittance.LockAllows(Cert, manifest) ? Rule.J5
            : Rule.None;
        standing = (manifest.Version, rule);
        return rule;
    }
}
