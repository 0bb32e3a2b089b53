using Coterie.Protocol.Wire;

namespace Coterie.Client;

/// <summary>
/// Something to be appended to a stream, from the wish until the hub's word that holds against the own chain (J15). Sealed anew for every
/// session that it has to be sent in, never sent twice under one counter with other bytes (R5).
/// </summary>
internal sealed class Append(RecordClass recordClass, byte[] clear, byte[] payload)
{
    private readonly TaskCompletionSource<Position> landed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public RecordClass Class { get; } = recordClass;
    public byte[] Clear { get; } = clear;
    public byte[] Payload { get; } = payload;

    /// <summary>The record as it was last sent; empty before.</summary>
    public byte[] Record { get; private set; } = [];
    public SessionId Session { get; private set; }
    public ulong Counter { get; private set; }

    /// <summary>How often it was sealed.</summary>
    public int Tries { get; private set; }

    /// <summary>The position where it landed; fails with a <see cref="RoomException"/>.</summary>
    public Task<Position> LandedAsync(CancellationToken cancel) => landed.Task.WaitAsync(cancel);

    public bool IsDone => landed.Task.IsCompleted;

    public void Sealed(byte[] record, SessionId session, ulong counter)
    {
        Record = record;
        Session = session;
        Counter = counter;
        Tries++;
    }

    public void Complete(Position position) => landed.TrySetResult(position);

    public void Fail(RoomException error) => landed.TrySetException(error);
}
