using System.Buffers.Binary;
using Coterie.Hub;
using Coterie.Hub.Stores;
using Coterie.Protocol.Wire;

namespace Coterie.Server.Listed;

/// <summary>
/// The rooms whose owners want them in the list, and those whose owners took theirs off, so that an older word cannot come back (D2).
/// Kept in one file, whole, of the data directory; a room that the hub has no more goes from it. One change at a time.
/// </summary>
internal sealed class ListedRooms : IDisposable
{
    /// <summary>Rooms; about 100 kB of file and memory.</summary>
    public const int Most = 256;

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(10); // at most, for rooms that are gone
    private readonly SemaphoreSlim turn = new(1);
    private readonly Dictionary<RoomId, Listing> listings = [];
    private readonly RoomHub hub;
    private readonly TimeProvider clock;
    private readonly string file;
    private long? looked;

    public ListedRooms(RoomHub hub, TimeProvider clock, string data)
    {
        this.hub = hub;
        this.clock = clock;
        file = Path.Combine(data, "listed-rooms");
        if (File.Exists(file))
            Load(File.ReadAllBytes(file));
    }

    public enum Answer
    {
        Taken,
        NoSuchRoom,
        Older,
        Full,
        NotKept,
    }

    /// <summary>What stands in the list now, by name.</summary>
    public async Task<IReadOnlyList<Listing>> ReadAsync()
    {
        await turn.WaitAsync();
        try
        {
            await ForgetGoneAsync(false);
            return
            [
                .. listings
                    .Values.Where(listing => listing.Name.Length > 0)
                    .OrderBy(listing => listing.Name, StringComparer.OrdinalIgnoreCase),
            ];
        }
        finally
        {
            turn.Release();
        }
    }

    public async Task<Answer> TakeAsync(Listing listing)
    {
        await turn.WaitAsync();
        try
        {
            if (!await StandsAsync(listing.Room))
                return Answer.NoSuchRoom;
            if (listings.TryGetValue(listing.Room, out var before) && listing.Time <= before.Time)
                return Answer.Older;
            if (before is null && listings.Count >= Most)
            {
                await ForgetGoneAsync(true);
                if (listings.Count >= Most)
                    return Answer.Full;
            }
            listings[listing.Room] = listing;
            if (Save())
                return Answer.Taken;
            if (before is null)
                listings.Remove(listing.Room);
            else
                listings[listing.Room] = before;
            return Answer.NotKept;
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose() => turn.Dispose();

    private async Task ForgetGoneAsync(bool now)
    {
        if (!now && looked is { } last && clock.GetElapsedTime(last) < LookEvery)
            return;
        looked = clock.GetTimestamp();
        var gone = new List<RoomId>();
        foreach (var room in listings.Keys)
            if (!await StandsAsync(room))
                gone.Add(room);
        foreach (var room in gone)
            listings.Remove(room);
        if (gone.Count > 0)
            Save();
    }

    /// <summary>Where the store cannot be read nobody knows: the room stays listed.</summary>
    private async Task<bool> StandsAsync(RoomId room)
    {
        try
        {
            return await hub.HasRoomAsync(room);
        }
        catch (StoreException)
        {
            return true;
        }
    }

    private bool Save()
    {
        var size = listings.Values.Sum(listing => 2 + listing.Encoded.Length);
        var bytes = new byte[size];
        var writer = new ByteWriter(bytes);
        foreach (var listing in listings.Values)
            writer.B16(listing.Encoded);
        try
        {
            PrivateFile.Write(file, bytes);
            return true;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Each proves itself again: what somebody wrote into the file by hand counts for nothing.</summary>
    private void Load(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= 2 && listings.Count < Most)
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(bytes);
            if (bytes.Length < 2 + length)
                return;
            if (Listing.Read(bytes.Slice(2, length)) is { } listing)
                listings[listing.Room] = listing;
            bytes = bytes[(2 + length)..];
        }
    }
}
