using System.Text;
using Coterie.Protocol;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;

namespace Coterie.Client;

/// <summary>
/// From a wish to its place in a stream: sealed when the tail has been read, one counter after the other (R4), and again in the next session
/// where the hub refused it for now (R5).
/// </summary>
public sealed partial class Member
{
    private const int MostInFlight = 256; // appends of one stream; far below the window of J10
    private const int MostWaiting = 4_096; // appends of one stream that are not sent yet
    private const int MostTries = 8; // sealings of one append

    /// <summary>Appends to an open stream. The task gives the position once it is durable by the hub's word and verified by the own chain.</summary>
    /// <exception cref="RoomException">Refused for good, or void: the code says why. At once if too many wait already, or the log has ended.</exception>
    public Task<Position> AppendAsync(
        StreamLog log,
        RecordClass recordClass,
        ReadOnlySpan<byte> clear,
        ReadOnlySpan<byte> payload,
        CancellationToken cancel = default
    )
    {
        ArgumentNullException.ThrowIfNull(log);
        if (log.Ended is { } end)
            throw new RoomException(end.Code, end.Message);
        if (log.Waiting.Count >= MostWaiting)
            throw new RoomException(
                Refusal.RateLimited,
                $"{MostWaiting} changes wait to be sent: wait for some to land."
            );
        var append = new Append(recordClass, clear.ToArray(), payload.ToArray());
        log.Waiting.Enqueue(append);
        SendWaiting(log);
        return append.LandedAsync(cancel);
    }

    private void TakeRefused(ReadOnlySpan<byte> body)
    {
        Demand(Refused.TryParse(body, out var refused, out var error), error);
        var durable = Classes.Known(refused.Class) && Classes.Row((RecordClass)refused.Class).Durable;
        if (!durable || refused.Session != handshake.Session!.Id || !logs.TryGetValue(refused.Stream, out var log))
            return;
        if (refused.Code == Refusal.StorageFailed)
            throw new RoomException(refused.Code, Encoding.UTF8.GetString(refused.Text)); // comes again as who is turned away: less and less often
        foreach (var append in log.Sent)
        {
            if (append.Counter != refused.Counter)
                continue;
            if (IsFinal(refused.Code) || append.Tries >= MostTries)
                append.Fail(new RoomException(refused.Code, Encoding.UTF8.GetString(refused.Text)));
        }
        NeedsConnection = true; // R5: this session is burnt; what else was in flight is settled in the next one
    }

    /// <summary>Whether sealing the same content again would be refused again.</summary>
    private static bool IsFinal(Refusal code) =>
        code is not (Refusal.Version or Refusal.Session or Refusal.Counter or Refusal.Seen or Refusal.RateLimited);

    private void SendWaiting(StreamLog log)
    {
        var (seq, head) = State?.HeadOf(log.Id) ?? default;
        while (MaySeal && log.Target is { } target && seq >= target.Seq && log.Sent.Count < MostInFlight)
        {
            if (!log.Waiting.TryDequeue(out var append))
                return;
            if (append.IsDone)
                continue;
            var counter = ++log.Counter;
            var record = Seal(append.Class, log.Id, counter, seq, head, append.Clear, append.Payload);
            append.Sealed(record, handshake.Session!.Id, counter);
            log.Sent.Enqueue(append);
            Carriers.Write(output, ClientFrame.Append, record);
        }
    }

    private byte[] Seal(
        RecordClass recordClass,
        StreamId stream,
        ulong counter,
        ulong seenSeq,
        in Digest seenHead,
        ReadOnlySpan<byte> clear,
        ReadOnlySpan<byte> payload
    )
    {
        var manifest = State!.Manifests.Newest;
        var session = handshake.Session!.Id;
        var seen = Chain.Seen(seenHead, manifest.Hash);
        var header = new RecordHeader(
            recordClass,
            manifest.Version,
            State.Room,
            stream,
            session,
            counter,
            seenSeq,
            seen
        );
        return sealers!.Of(manifest.Version, session, recordClass, stream, Id)!.Seal(header, clear, payload, keys.Sign);
    }
}
