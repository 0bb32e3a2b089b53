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
    private bool erasing;
    private bool destroyed;

    private bool OnManifest(Peer peer, ReadOnlySpan<byte> body)
    {
        if (
            !ManifestChange.TryParse(body, out var change, out _)
            || !Manifest.TryParse(change.Manifest, out var manifest, out _)
            || !TryDoors(change.Doors, out var given)
        )
        {
            return false;
        }
        if (!manifest.Matches(given))
        {
            Refuse(peer, Refusal.ManifestInvalid);
            return true;
        }
        var known = manifest.Version < state.Manifests.Count;
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
        Flush(); // what was accepted before keeps its place before
        var encoded = manifest.Encoded.ToArray();
        Gathering.Manifests.Add(new StoredManifest(manifest.Version, encoded));
        Gathering.Doors = [.. given.Select(door => door.Encoded.ToArray())];
        HandOut(given);
        return true;
    }

    /// <summary>A manifest is durable: everyone in the room hears of it before any record of its version.</summary>
    private void Proclaim(byte[] manifest, IReadOnlyList<Door> newDoors)
    {
        manifests.Add(manifest);
        doors = newDoors;
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

    internal static bool TryDoors(BlobList encoded, out List<Door> parsed)
    {
        parsed = [];
        foreach (var one in encoded)
        {
            if (!Door.TryParse(one, out var door, out _))
            {
                return false;
            }
            parsed.Add(door);
        }
        return true;
    }
}
