using Coterie.Hub.Stores;
using Coterie.Protocol.Keys;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;

namespace Coterie.Hub.Rooms;

/// <summary>How a room comes into memory.</summary>
public sealed partial class Room
{
    /// <summary>A room as it is stored. Asks at once to be woken when it could go again.</summary>
    /// <param name="tree">Every envelope of the tree stream, in order.</param>
    /// <param name="keys">See <see cref="RoomState(Genesis, IncarnationId, Side, ImportedKeys)"/>.</param>
    /// <exception cref="StoreException">Corrupt: what is stored is no room.</exception>
    public static Room Load(
        StoredRoom stored,
        IReadOnlyList<byte[]> tree,
        RoomKind kind,
        HubOptions options,
        RoomEffects effects,
        ulong time,
        ImportedKeys? keys = null
    )
    {
        ArgumentNullException.ThrowIfNull(stored);
        ArgumentNullException.ThrowIfNull(tree);
        if (!Genesis.TryParse(stored.Genesis, out var genesis, out _))
        {
            throw Corrupt("genesis");
        }
        var room = new Room(
            new RoomState(genesis, stored.Incarnation, Side.Hub, keys),
            kind,
            stored.Incarnation,
            options,
            effects
        )
        {
            quietSince = time,
            now = time,
        };
        room.LoadManifests(stored);
        room.LoadSessions(stored);
        room.LoadStreams(stored);
        room.LoadTree(tree);
        room.LoadBlobs(stored);
        room.Rest();
        return room;
    }

    private void LoadManifests(StoredRoom stored)
    {
        foreach (var encoded in stored.Manifests)
        {
            if (!Manifest.TryParse(encoded, out var manifest, out _) || !state.AddManifest(manifest).IsOk)
            {
                throw Corrupt("manifests");
            }
            manifests.Add(encoded);
        }
        var parsed = new List<Door>();
        foreach (var encoded in stored.Doors)
        {
            parsed.Add(Door.TryParse(encoded, out var door, out _) ? door : throw Corrupt("doors"));
        }
        doors = parsed;
        acceptedDoors = parsed;
        foreach (var wrap in stored.Wraps)
        {
            wraps[wrap.Member] = wrap.Bytes;
            wrapped.Add(wrap.Member);
        }
    }

    private void LoadSessions(StoredRoom stored)
    {
        foreach (var session in stored.Sessions)
        {
            if (!Cert.TryParse(session.Cert, out var cert, out _))
            {
                throw Corrupt("certificates");
            }
            state.Recall(cert);
            attendances.Add(
                session.Id,
                new Attendance(acquaintances++, session.Id, session.Cert, session.Session) { Stored = true }
            );
        }
    }

    private void LoadStreams(StoredRoom stored)
    {
        foreach (var stream in stored.Streams)
        {
            state.Start(stream.Id, stream.Seq, stream.Head, stream.Version);
            streams.Add(
                stream.Id,
                new RoomStream(stream.Id, stream.Seq, stream.Head, stream.SnapshotSeq, stream.FirstSeq)
            );
            bytes += stream.Bytes;
        }
    }

    private void LoadTree(IReadOnlyList<byte[]> tree)
    {
        foreach (var bytesOfOne in tree)
        {
            if (
                !Envelope.TryParse(bytesOfOne, out var envelope, out _)
                || AuthorOf(bytesOfOne) is not { } author
                || !Cert.TryParse(author.Cert.Span, out var cert, out _)
            )
            {
                throw Corrupt("tree");
            }
            state.ReplayTree(envelope.Record, cert.Member);
        }
    }

    private static StoreException Corrupt(string what) =>
        new(StoreProblem.Corrupt, $"A room's stored {what} are damaged. Restore the database from a backup.");
}
