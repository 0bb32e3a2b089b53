using Coterie.Hub.Stores;
using Coterie.Protocol.Keys;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;

namespace Coterie.Hub.Rooms;

/// <summary>What owners do: the next manifest (M5, M7) and the end of the room (H5).</summary>
public sealed partial class Room
{
    /// <summary>The durable chain: what anyone is told.</summary>
    private readonly List<byte[]> manifests = [];
    private IReadOnlyList<Door> doors = [];

    /// <summary>Of the newest manifest that was accepted: <see cref="doors"/> once it is durable.</summary>
    private IReadOnlyList<Door> acceptedDoors = [];

    /// <summary>Who would have made this room and is answered when what they brought is durable.</summary>
    private readonly Queue<(ulong After, long Connection)> wouldBeMakers = [];
    private bool erasing;
    private bool destroyed;

    private bool OnManifest(Peer peer, ReadOnlySpan<byte> body)
    {
        if (
            !ManifestChange.TryParse(body, out var change, out _)
            || !Manifest.TryParse(change.Manifest, out var manifest, out _)
            || !change.Doors.TryParse<Door>(Door.TryParse, out var given)
            || !change.Wraps.TryParse<Wrap>(Wrap.TryParse, out var keys)
        )
        {
            return false;
        }
        var known = manifest.Version < state.Manifests.Count; // M5 answers, whatever doors came along
        var all = new List<Door>();
        if (!known && !TryComplete(manifest, given, out all))
        {
            Refuse(peer, Refusal.ManifestInvalid);
            return true;
        }
        var verdict = state.AddManifest(manifest);
        if (!verdict.IsOk)
        {
            Refuse(peer, verdict.Refusal);
            return true;
        }
        if (known)
        {
            return true; // the very manifest that stands already: it was sent before
        }
        HandOutManifest(manifest, all, keys);
        return true;
    }

    private void HandOutManifest(Manifest manifest, List<Door> all, List<Wrap> keys)
    {
        Flush(); // what was accepted before keeps its place before
        Gathering.Manifests.Add(new StoredManifest(manifest.Version, manifest.Encoded.ToArray()));
        Gathering.BeginsEpoch = manifest.Epoch > state.Manifests[manifest.Version - 1].Epoch;
        if (Gathering.BeginsEpoch)
        {
            wrapped.Clear();
        }
        Gather(keys);
        HandOutDoors(all);
    }

    /// <summary>M7: the doors of a manifest, of which those may be left out that stand here already. False where one stands nowhere.</summary>
    private bool TryComplete(Manifest manifest, List<Door> given, out List<Door> all)
    {
        all = [.. acceptedDoors.Where(door => manifest.Has(door) && given.All(other => other.Id != door.Id)), .. given];
        var named = given.All(manifest.Has) && given.DistinctBy(door => door.Id).Count() == given.Count;
        // A memory room that was made again may lack some until somebody brings them.
        return named && (kind == RoomKind.Memory || all.Count == manifest.Doors.Count);
    }

    /// <summary>Someone would make this room, which stands: what it lacks of its manifests and doors it gets by that (M7), and then answers.</summary>
    private bool OnCreate(Peer peer, ReadOnlySpan<byte> body)
    {
        if (
            !Create.TryParse(body, out var create, out _)
            || !Genesis.TryParse(create.Genesis, out var genesis, out _)
            || !create.Doors.TryParse<Door>(Door.TryParse, out var given)
        )
        {
            return false;
        }
        if (peer.Attendance is not null || genesis.Room != Id)
        {
            OutOfOrder(peer, "You are in a room: create one before you join.");
            return true;
        }
        if (kind == RoomKind.Memory)
        {
            Relearn(create.Manifests);
            Regain(given);
        }
        if (handedOut.Count > 0)
        {
            wouldBeMakers.Enqueue((tickets, peer.Connection)); // who looks next sees it
        }
        else
        {
            SayItStands(peer.Connection);
        }
        return true;
    }

    private void SayItStands(long connection) => effects.Error(connection, Refusal.RoomExists, Texts.RoomExists);

    private void AnswerMakers(ulong landed)
    {
        while (wouldBeMakers.TryPeek(out var maker) && maker.After <= landed)
        {
            wouldBeMakers.Dequeue();
            if (peers.ContainsKey(maker.Connection))
            {
                SayItStands(maker.Connection);
            }
        }
    }

    /// <summary>
    /// Manifests beyond the newest: a room that was made again by someone who knew older rules stands under the newer ones as soon as
    /// anyone brings them. The chain alone decides (M3); one that forks adds nothing.
    /// </summary>
    private void Relearn(BlobList given)
    {
        foreach (var encoded in given)
        {
            if (!Manifest.TryParse(encoded, out var manifest, out _))
            {
                return;
            }
            var known = manifest.Version < state.Manifests.Count;
            if (!state.AddManifest(manifest).IsOk)
            {
                return;
            }
            if (!known)
            {
                HandOutManifest(manifest, [.. acceptedDoors.Where(manifest.Has)], []);
            }
        }
    }

    private void Regain(List<Door> given)
    {
        var newest = state.Manifests.Newest;
        var found = given
            .Where(door => newest.Has(door) && acceptedDoors.All(known => known.Id != door.Id))
            .DistinctBy(door => door.Id)
            .ToList();
        if (found.Count == 0)
        {
            return;
        }
        Flush();
        HandOutDoors([.. acceptedDoors, .. found]);
    }

    private void HandOutDoors(List<Door> all)
    {
        acceptedDoors = all;
        Gathering.Doors = [.. all.Select(door => door.Encoded.ToArray())];
        HandOut(all);
    }

    /// <summary>A manifest is durable: everyone in the room hears of it before any record of its version.</summary>
    private void Proclaim(byte[] manifest)
    {
        manifests.Add(manifest);
        foreach (var present in live)
        {
            SendManifest(present.Peer!, manifest);
            present.Peer!.ManifestsSent = manifests.Count;
        }
    }

    private bool OnDestroy(Peer peer, ReadOnlySpan<byte> body)
    {
        if (!Destroy.TryParse(body, out var destroy, out _))
        {
            return false;
        }
        var owners = state.Manifests.Newest.Owners;
        if (destroy.Owner >= owners.Count || !SignedBy(owners[destroy.Owner], peer.Facts.Challenge, destroy.Signature))
        {
            effects.Error(peer.Connection, Refusal.Forbidden, "Only an owner's signature destroys a room.");
            return true;
        }
        Flush();
        ended = true;
        erasing = destroyed = true;
        effects.Add(new RoomEffect(RoomEffectKind.Erase, 0));
        return true;
    }

    private bool SignedBy(OwnerKeys owner, Digest challenge, ReadOnlySpan<byte> signature)
    {
        Span<byte> signed = stackalloc byte[16 + Digest.Bytes];
        Id.CopyTo(signed);
        challenge.CopyTo(signed[16..]);
        using var key = VerifyKey.Import(owner.Sign);
        return key.Verify("destroy"u8, signed, signature);
    }

    private void Erased()
    {
        IsErased = true;
        foreach (var peer in peers.Values)
        {
            if (!destroyed)
            {
                effects.Error(
                    peer.Connection,
                    Refusal.NoSuchRoom,
                    "The room is gone: nobody was in it for too long.",
                    fatal: true
                );
                continue;
            }
            Carriers.Write(effects.Frame, HubFrame.Destroyed, []);
            effects.SendTo(peer.Connection);
            effects.Add(new RoomEffect(RoomEffectKind.Close, peer.Connection));
        }
        effects.Add(new RoomEffect(RoomEffectKind.Unload, 0) { Forced = true });
    }
}
