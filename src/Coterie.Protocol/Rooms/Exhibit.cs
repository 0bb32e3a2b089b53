using Coterie.Protocol.Rooms.Payloads;
using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;

namespace Coterie.Protocol.Rooms;

/// <summary>
/// What is held against a witness's own account, in a room that proved itself: a hub frame (<c>type u8 | body</c>), or of
/// <see cref="TestimonyKind.Pulse"/> a signal's payload. Pure; total over bytes that anybody may have made up.
/// </summary>
/// <param name="author">Whose exhibit it is, where it is a member's.</param>
internal sealed class Exhibit(RoomState state, Testimony testimony, byte[] bytes, MemberSession? author)
{
    /// <summary>Whose signature contradicts the witness's; null where the hub, which signs nothing, is said to have contradicted it.</summary>
    public MemberId? Against { get; private set; }

    /// <summary>None where it contradicts the testimony.</summary>
    public EvidenceError Judge()
    {
        if (testimony.Kind == TestimonyKind.Pulse)
            return JudgePulse();
        if (bytes.Length == 0)
            return EvidenceError.Exhibit;
        var type = (HubFrame)bytes[0];
        var body = bytes.AsSpan(1);
        return testimony.Kind switch
        {
            TestimonyKind.Rules => JudgeRules(type, body),
            TestimonyKind.Record => JudgeRecord(type, body),
            TestimonyKind.Broken => Told(Breaks(type, body)),
            TestimonyKind.RolledBack => Told(RollsBack(type, body)),
            _ => Told(IsAnother(type, body)),
        };
    }

    private static EvidenceError Told(bool? contradicts) =>
        contradicts switch
        {
            null => EvidenceError.Exhibit,
            true => EvidenceError.None,
            _ => EvidenceError.Agrees,
        };

    private EvidenceError By(MemberId member)
    {
        Against = member;
        return EvidenceError.None;
    }

    /// <summary>M6: two manifests of one version, both signed by an owner of the version before.</summary>
    private EvidenceError JudgeRules(HubFrame type, ReadOnlySpan<byte> body)
    {
        if (
            type != HubFrame.Manifest
            || !ManifestFrame.TryParse(body, out var frame, out _)
            || !Manifest.TryParse(frame.Manifest, out var manifest, out _)
            || manifest.Version != testimony.Seq
            || manifest.Version >= state.Manifests.Count
        )
            return EvidenceError.Exhibit;
        var verdict = state.AddManifest(manifest);
        if (verdict.IsOk)
            return EvidenceError.Agrees;
        if (verdict.Outcome != Outcome.Alarm)
            return EvidenceError.Exhibit;
        var signers = manifest.Version == 0 ? manifest : state.Manifests[manifest.Version - 1];
        return By(Cert.MemberOf(signers.Owners[manifest.Signer].Sign));
    }

    /// <summary>J10: the author signed another head than the witness, of one position of one stream.</summary>
    private EvidenceError JudgeRecord(HubFrame type, ReadOnlySpan<byte> body)
    {
        ulong seq = 0;
        RecordView record;
        if (type == HubFrame.Deliver && Envelope.TryParse(body, out var envelope, out _))
        {
            seq = envelope.Seq;
            record = envelope.Record;
        }
        else if (type != HubFrame.Relay || !RecordView.TryParse(body, out record, out _))
            return EvidenceError.Exhibit;
        var isAuthors =
            author is not null
            && record.Suite == 1
            && record.Room == state.Room
            && record.Stream == testimony.Stream
            && record.Session == author.Id
            && record.Version < state.Manifests.Count
            && author.Standing(state.Manifests[record.Version]) == Rule.None
            && record.Verify(author.Key);
        if (!isAuthors)
            return EvidenceError.Exhibit;
        if (record.SeenSeq > testimony.Seq && type == HubFrame.Deliver)
            return Told(seq == testimony.Seq + 1); // nobody signed where it was delivered
        if (record.SeenSeq != testimony.Seq)
            return EvidenceError.Agrees;
        var seen = Chain.Seen(testimony.Head, state.Manifests[record.Version].Hash);
        return Bits128.Read(record.SeenHead) == seen ? EvidenceError.Agrees : By(author!.Member);
    }

    /// <summary>P2.</summary>
    private EvidenceError JudgePulse()
    {
        if (author is null || !Signal.TryParse(bytes, out var signal, out _) || signal is not Pulse pulse)
            return EvidenceError.Exhibit;
        if (!pulse.SignedBy(author.Key, new PulsePlace(state.Room, testimony.Incarnation, author.Id)))
            return EvidenceError.Exhibit;
        foreach (var (stream, seq, head) in pulse.Streams)
        {
            if (stream == testimony.Stream && seq == testimony.Seq && head != testimony.Head.High)
                return By(author.Member);
        }
        return EvidenceError.Agrees;
    }

    /// <summary>J14, J15: what came does not go on from where the witness's chain stands.</summary>
    private bool? Breaks(HubFrame type, ReadOnlySpan<byte> body)
    {
        switch (type)
        {
            case HubFrame.Deliver when Envelope.TryParse(body, out var envelope, out _):
                return envelope.Record.Stream == testimony.Stream ? envelope.Seq != testimony.Seq + 1 : null;
            case HubFrame.Ack when Ack.TryParse(body, out var ack, out _) && ack.Stream == testimony.Stream:
                return ack.Seq > testimony.Seq + 1 || (ack.Seq == testimony.Seq && ack.Head != testimony.Head);
            case HubFrame.Stream when StreamFrame.TryParse(body, out var stream, out _):
                return stream.Stream == testimony.Stream ? IsOther(stream) : null;
            default:
                return null;
        }
    }

    /// <summary>J16, W4: what came lacks, or changes, a position that the witness had verified.</summary>
    private bool? RollsBack(HubFrame type, ReadOnlySpan<byte> body)
    {
        switch (type)
        {
            case HubFrame.Deliver when Envelope.TryParse(body, out var envelope, out _):
                if (envelope.Record.Stream != testimony.Stream || envelope.Seq != testimony.Seq)
                    return null;
                var hash = envelope.Record.Hash();
                return Chain.Next(testimony.Before, envelope.Seq, envelope.ServerTime, hash) != testimony.Head;
            case HubFrame.Stream when StreamFrame.TryParse(body, out var stream, out _):
                return stream.Stream == testimony.Stream ? stream.HeadSeq < testimony.Seq || IsOther(stream) : null;
            case HubFrame.Error when ErrorFrame.TryParse(body, out var error, out _):
                var meant = error.Stream == default || error.Stream == testimony.Stream;
                return meant ? error.Code == Refusal.Forked : null;
            default:
                return null;
        }
    }

    private bool IsOther(in StreamFrame stream) =>
        (stream.HeadSeq == testimony.Seq && stream.Head != testimony.Head)
        || (stream.BaseSeq == testimony.Seq && stream.BaseHead != testimony.Head);

    /// <summary>K4, M6: another room, another incarnation, or fewer or other manifests than the file's.</summary>
    private bool? IsAnother(HubFrame type, ReadOnlySpan<byte> body)
    {
        if (type != HubFrame.Room || !RoomFrame.TryParse(body, out var room, out _))
            return null;
        if (
            !Genesis.TryParse(room.Genesis, out var genesis, out _)
            || genesis.Room != state.Room
            || room.Incarnation != testimony.Incarnation
        )
            return true;
        var version = 0;
        foreach (var manifest in room.Manifests)
        {
            if (version == state.Manifests.Count)
                break;
            if (!manifest.SequenceEqual(state.Manifests[(uint)version].Encoded))
                return true;
            version++;
        }
        return version < state.Manifests.Count;
    }
}
