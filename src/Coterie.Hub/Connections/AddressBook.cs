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
    private int changes;

    /// <summary>Counts a connection in. Null where the address has too many; an unknown address (null) is not limited.</summary>
    public Guest? Enter(string? address)
    {
        if (address is null)
        {
            return new Guest(this, null);
        }
        var id = IdOf(address);
        lock (gate)
        {
            var entry = EntryOf(id);
            if (entry.Connections >= options.ConnectionsPerAddress)
            {
                return null;
            }
            entry.Connections++;
            return new Guest(this, entry);
        }
    }

    /// <summary>
    /// Takes one of the address's connections of this minute, before anything is done for it, however many it has open: who has too many is told so
    /// by what it connects to, and not more often than that.
    /// </summary>
    public bool MayConnect(string? address)
    {
        if (address is null)
        {
            return true;
        }
        var id = IdOf(address);
        lock (gate)
        {
            return EntryOf(id).Connects.TryTake(clock);
        }
    }

    private Bits128 IdOf(string address)
    {
        Span<byte> hash = stackalloc byte[32];
        HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(address), hash);
        return Bits128.Read(hash);
    }

    private Entry EntryOf(Bits128 id)
    {
        if (!entries.TryGetValue(id, out var entry))
        {
            Sweep();
            entries.Add(id, entry = new Entry(id, options));
        }
        return entry;
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

    /// <summary>Now and then forgets those who left, or never were, with attempts still counted, so that strangers cannot fill the book.</summary>
    private void Sweep()
    {
        if (++changes % 1_024 != 0)
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
