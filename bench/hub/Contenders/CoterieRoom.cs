using System.Buffers.Binary;
using System.Security.Cryptography;
using Coterie.Client;
using Coterie.Client.Founding;
using Coterie.Protocol;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Rooms.Payloads;
using Coterie.Protocol.Wire;

namespace Coterie.Bench.Hub.Contenders;

/// <summary>
/// A sealed room of the benchmark: its founder, its files, and for each file how far it stands. Keystrokes are sealed before the clock
/// starts, so they can only name a position that was there then, and J10 lets at most 4,096 others come between. Therefore typing goes
/// on in the next file whenever one has been sealed that far ahead.
/// </summary>
internal sealed class CoterieRoom
{
    private const int Window = Limits.SeenWindow - 96; // records sealed ahead of what is known to have landed
    private static readonly RandomNumberGenerator Random = RandomNumberGenerator.Create();
    private readonly StreamId[] files;
    private readonly Place[] places;
    private int current;

    private CoterieRoom(FoundedRoom founded, int files)
    {
        Founded = founded;
        this.files = new StreamId[files];
        places = new Place[files];
        for (var i = 0; i < files; i++)
        {
            var id = new byte[16];
            Random.GetBytes(id);
            BinaryPrimitives.WriteInt32BigEndian(id.AsSpan(12), i);
            this.files[i] = StreamId.Read(id);
        }
    }

    public FoundedRoom Founded { get; }
    public ReadOnlySpan<StreamId> Files => files;

    /// <summary>Everyone who ever joined, by session.</summary>
    public Dictionary<SessionId, CoteriePerson> Authors { get; } = [];

    /// <summary>Which file of the room a stream is; the id ends in its number.</summary>
    public static int FileOf(StreamId stream) => (int)stream.Value.Low;

    /// <summary>Founds the room at the server and makes its files.</summary>
    public static async Task<CoterieRoom> OpenAsync(Uri server, FoundingTerms terms, int files)
    {
        var room = new CoterieRoom(FoundedRoom.Found(terms, Random), files);
        var entry = new OwnerEntry(room.Founded);
        await using var owner = await RoomConnection.JoinAsync(server, entry, room.Founded.Owner, World.Real);
        var tree = owner.Open(owner.Streams.Tree);
        var made = new List<Task>();
        for (var i = 0; i < files; i++)
        {
            var clear = new byte[33];
            room.files[i].CopyTo(clear);
            clear[32] = 1; // create a file, in the root
            var operation = new byte[16];
            Random.GetBytes(operation);
            var payload = new TreePayload
            {
                OpId = Bits128.Read(operation),
                Name = System.Text.Encoding.UTF8.GetBytes($"file-{i}.txt"),
            };
            made.Add(owner.AppendAsync(tree, RecordClass.Tree, clear, payload.Encode()));
        }
        await Task.WhenAll(made);
        return room;
    }

    /// <summary>The hub showed or acknowledged a position of a file.</summary>
    public void Landed(int file, ulong seq, in Digest head)
    {
        if (seq > places[file].LandedSeq)
            places[file] = places[file] with { LandedSeq = seq, LandedHead = head };
    }

    /// <summary>A file for so many more keystrokes, and what their records may say they have seen. Nothing may be in flight.</summary>
    public (int File, ulong SeenSeq, Digest SeenHead) Plan(IncarnationId incarnation, int keystrokes)
    {
        for (var tries = 0; tries < files.Length; tries++, current = (current + 1) % files.Length)
        {
            ref var place = ref places[current];
            if (place.LandedSeq == place.SeenSeq + (ulong)place.Ahead)
            {
                var head =
                    place.LandedSeq == 0 ? Chain.Start(Founded.Room, files[current], incarnation) : place.LandedHead;
                place = place with { SeenSeq = place.LandedSeq, SeenHead = head, Ahead = 0 };
            }
            if (place.Ahead + keystrokes > Window)
                continue;
            place = place with { Ahead = place.Ahead + keystrokes };
            return (current, place.SeenSeq, place.SeenHead);
        }
        throw new InvalidOperationException($"{files.Length} files are too few for this load.");
    }

    /// <param name="Ahead">Records sealed since SeenSeq.</param>
    private readonly record struct Place(ulong LandedSeq, Digest LandedHead, ulong SeenSeq, Digest SeenHead, int Ahead);
}
