using Coterie.Protocol.Keys;
using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Rooms;

/// <summary>
/// A room's manifests from version 0 on, each checked against the one before (M2–M4). It only grows, by valid ones; it never holds two of
/// one version.
/// </summary>
public sealed class ManifestChain(Genesis genesis)
{
    private readonly List<Manifest> manifests = [];

    public Genesis Genesis { get; } = genesis;

    /// <summary>How many versions are known: the next one has this number.</summary>
    public int Count => manifests.Count;

    public Manifest this[uint version] => manifests[(int)version];

    /// <summary>The newest. Only of a chain that has begun.</summary>
    public Manifest Newest => manifests[^1];

    /// <summary>Whether the room trims, or did once: what it forgot then stays forgotten (H10).</summary>
    public bool HasTrimmed { get; private set; }

    /// <summary>Takes the next version, or says why not.</summary>
    /// <param name="atHub">Whether the hub asks, which keeps the first of a version (M5); to a client another one proves a fork (M6).</param>
    public Verdict Add(Manifest next, bool atHub)
    {
        if (next.Version < Count)
            return Again(next, atHub);
        if (next.Version >= Limits.MaxManifests)
            return Invalid(Rule.L1);
        if (next.Version > Count)
            return atHub ? Verdict.Refused(Rule.M5, Refusal.ManifestConflict) : Verdict.Wait(Rule.M3, Refusal.Version);
        var fault = Check(next);
        if (fault != Rule.None)
            return Invalid(fault);
        manifests.Add(next);
        HasTrimmed |= next.Trims;
        return Verdict.Ok;
    }

    private Verdict Again(Manifest other, bool atHub)
    {
        if (this[other.Version].Hash == other.Hash)
            return Verdict.Ok;
        if (atHub)
            return Verdict.Refused(Rule.M5, Refusal.ManifestConflict);
        var fault = Check(other);
        return fault is Rule.None ? Verdict.Alarm(Rule.M6) : Invalid(fault);
    }

    private static Verdict Invalid(Rule rule) => Verdict.Refused(rule, Refusal.ManifestInvalid);

    private Rule Check(Manifest manifest)
    {
        var fault = manifest.Version == 0 ? CheckFirst(manifest) : CheckNext(manifest, this[manifest.Version - 1]);
        return fault == Rule.None && PasswordOnlyDoors(manifest) > 1 ? Rule.K5 : fault;
    }

    private Rule CheckFirst(Manifest first)
    {
        var begins =
            first.Room == Genesis.Room
            && first.PrevHash == Genesis.Hash0
            && first.Epoch == 0
            && first.PrevEpochKey.IsEmpty
            && first.Signer == 0
            && first.Owners.Count == 1
            && first.Owners[0].Sign.AsSpan().SequenceEqual(Genesis.OwnerSign)
            && first.Owners[0].Dh.AsSpan().SequenceEqual(Genesis.OwnerDh);
        return begins && Signed(first, Genesis.OwnerSign) ? Rule.None : Rule.M2;
    }

    private static Rule CheckNext(Manifest next, Manifest before)
    {
        var follows = next.Room == before.Room && next.PrevHash == before.Hash && next.Signer < before.Owners.Count;
        if (!follows || !Signed(next, before.Owners[next.Signer].Sign))
            return Rule.M3;
        return EpochHolds(next, before) ? Rule.None : Rule.M4;
    }

    private static bool EpochHolds(Manifest next, Manifest before)
    {
        if (next.Epoch != before.Epoch)
            return next.Epoch == before.Epoch + 1 && !next.PrevEpochKey.IsEmpty;
        return next.EpochKeyHash == before.EpochKeyHash
            && next.PrevEpochKey.SequenceEqual(before.PrevEpochKey)
            && next.Admission(Role.Editor).SequenceEqual(before.Admission(Role.Editor))
            && next.Admission(Role.Viewer).SequenceEqual(before.Admission(Role.Viewer));
    }

    private static bool Signed(Manifest manifest, ReadOnlySpan<byte> owner)
    {
        using var key = VerifyKey.Import(owner);
        return manifest.SignedBy(key);
    }

    private static int PasswordOnlyDoors(Manifest manifest)
    {
        var count = 0;
        foreach (var door in manifest.Doors)
            count += door.Sign.Needs == Needs.Password ? 1 : 0;
        return count;
    }
}
