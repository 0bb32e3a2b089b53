using System.Security.Cryptography;
using System.Text;
using Coterie.Protocol.Wire;

namespace Coterie.Hub.Connections;

/// <summary>
/// How much each address asks for. Holds no address: only hashes under a key that is drawn at start and never leaves memory
/// (H9). An address that is quiet is forgotten.
/// </summary>
internal sealed class AddressBook(HubOptions options, TimeProvider clock)
{
    private readonly Lock gate = new();
    private readonly byte[] key = RandomNumberGenerator.GetBytes(32);
    private readonly Dictionary<Bits128, Entry> entries = [];
    private readonly TimeProvider clock = clock;
    private int leavings;

    /// <summary>Counts a connection in. Null where the address has too many; an unknown address (null) is not limited.</summary>
    public Guest? Enter(string? address)
    {
        if (address is null)
        {
            return new Guest(this, null);
        }
        Span<byte> hash = stackalloc byte[32];
        HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(address), hash);
        var id = Bits128.Read(hash);
        lock (gate)
        {
            if (!entries.TryGetValue(id, out var entry))
            {
                entries.Add(id, entry = new Entry(id, options));
            }
            if (entry.Connections >= options.ConnectionsPerAddress)
            {
                return null;
            }
            entry.Connections++;
            return new Guest(this, entry);
        }
    }

    /// <summary>Takes one of the address's connections of this minute, before anything is done for it.</summary>
    public bool MayConnect(string? address)
    {
        using var guest = Enter(address);
        return guest is null || guest.MayConnect(); // who has too many open is told so by what it connects to
    }

    /// <summary>One connection of an address.</summary>
    internal sealed class Guest(AddressBook book, Entry? entry) : IDisposable
    {
        /// <summary>Takes one of the address's attempts to open or create (K6).</summary>
        public bool MayTry()
        {
            if (entry is null)
            {
                return true;
            }
            lock (book.gate)
            {
                return entry.Attempts.TryTake(book.clock);
            }
        }

        public bool MayConnect()
        {
            if (entry is null)
            {
                return true;
            }
            lock (book.gate)
            {
                return entry.Connects.TryTake(book.clock);
            }
        }

        /// <summary>Takes one of the address's joins: each costs two signature checks, whether it holds or not.</summary>
        public bool MayJoin()
        {
            if (entry is null)
            {
                return true;
            }
            lock (book.gate)
            {
                return entry.Joins.TryTake(book.clock);
            }
        }

        /// <summary>Counts frames of the address, and says how long to read no more of this connection's.</summary>
        public TimeSpan Pace(int frames)
        {
            if (entry is null)
            {
                return TimeSpan.Zero;
            }
            lock (book.gate)
            {
                return entry.Frames.Take(frames, book.clock);
            }
        }

        public void Dispose()
        {
            if (entry is not null)
            {
                book.Leave(entry);
            }
        }
    }

    private void Leave(Entry entry)
    {
        lock (gate)
        {
            entry.Connections--;
            if (entry.IsForgettable(clock))
            {
                entries.Remove(entry.Id);
            }
            Sweep();
        }
    }

    /// <summary>Now and then forgets those who left with attempts still counted, so that strangers cannot fill the book.</summary>
    private void Sweep()
    {
        if (++leavings % 1_024 != 0)
        {
            return;
        }
        foreach (var entry in entries.Values.Where(one => one.IsForgettable(clock)).ToList())
        {
            entries.Remove(entry.Id);
        }
    }

    internal sealed class Entry(Bits128 id, HubOptions options)
    {
        public TokenBucket Attempts = new(options.AttemptsPerMinutePerAddress / 60.0, options.BurstAttemptsPerAddress);
        public TokenBucket Joins = new(options.JoinsPerMinutePerAddress / 60.0, options.JoinsPerMinutePerAddress);
        public TokenBucket Connects = new(
            options.ConnectsPerMinutePerAddress / 60.0,
            options.ConnectsPerMinutePerAddress
        );
        public TokenBucket Frames = new(options.FramesPerSecondPerAddress, options.BurstFramesPerAddress);

        public Bits128 Id { get; } = id;

        public int Connections { get; set; }

        public bool IsForgettable(TimeProvider clock) =>
            Connections == 0
            && Attempts.IsFull(clock)
            && Joins.IsFull(clock)
            && Connects.IsFull(clock)
            && Frames.IsFull(clock);
    }
}
