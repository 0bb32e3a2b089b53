using Coterie.Bench.Hub.Wire;

namespace Coterie.Bench.Hub;

/// <summary>
/// One person in one room over one WebSocket, in the protocol of one contender. A person types keystroke n as the n-th letter
/// of their own run of text, and reports to the tally what they are told.
/// </summary>
internal abstract class Person(int author, Tally tally)
{
    protected int Author { get; } = author;
    protected Tally Tally { get; } = tally;

    /// <summary>In the room, and in possession of everything that had been typed before.</summary>
    public bool Joined { get; protected set; }

    /// <summary>Where the person is connected; null before <see cref="Connect"/>.</summary>
    public Connection? Connection { get; protected set; }

    /// <summary>Keystrokes typed so far, which is also the number of the next one.</summary>
    public int Typed { get; private set; }

    /// <summary>Every own keystroke was answered, where the protocol answers.</summary>
    public virtual bool Settled => true;

    /// <summary>Opens the connection and sends what joining needs; <see cref="Joined"/> follows in a later turn of the loop.</summary>
    public abstract void Connect(Loop loop, ServerProcess server);

    /// <summary>Makes (signs, seals) the next keystrokes ahead of time, so that the clock does not see it.</summary>
    public virtual void Prepare(int keystrokes) { }

    /// <summary>Compacts what was typed so far, where the protocol leaves that to clients. False where it does not.</summary>
    /// <param name="bytes">The size of the document's whole state.</param>
    public virtual bool WriteSnapshot(int bytes) => false;

    /// <summary>Queues the next keystroke, which was due at the given stopwatch time.</summary>
    public void Type(long due)
    {
        Tally.Expect(Author, Typed, due);
        Send(Typed++);
    }

    /// <summary>Takes one WebSocket message.</summary>
    public void Receive(ReadOnlySpan<byte> message, long now)
    {
        Tally.Reader = Author;
        Read(message, now);
    }

    protected abstract void Send(int keystroke);

    protected abstract void Read(ReadOnlySpan<byte> message, long now);
}
