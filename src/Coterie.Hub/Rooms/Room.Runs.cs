using Coterie.Protocol;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;

namespace Coterie.Hub.Rooms;

/// <summary>Requests of runs that stand in the log, for who runs programs (X2, X3). What is in them the room cannot read.</summary>
public sealed partial class Room
{
    private readonly Dictionary<RunId, (MemberId Author, ulong Time)> requestedRuns = [];

    /// <summary>Who asked for this run, where a request for it landed lately and its author is here and may run programs; a request is good for one.</summary>
    /// <param name="time">Milliseconds since 1970.</param>
    public MemberId? TakeRun(RunId run, ulong time)
    {
        ForgetRuns(time);
        return requestedRuns.Remove(run, out var request) && StandingOfRunner(request.Author) == RunnerStanding.Here
            ? request.Author
            : null;
    }

    /// <summary>Whether a member's run may go on.</summary>
    public RunnerStanding StandingOfRunner(MemberId member)
    {
        var standing = RunnerStanding.Away;
        foreach (var present in live)
        {
            if (Cert.TryParse(present.Cert.Span, out var cert, out _) && cert.Member == member)
            {
                if (state.MayRun(present.Id))
                {
                    return RunnerStanding.Here;
                }
                standing = RunnerStanding.Forbidden;
            }
        }
        return standing;
    }

    private void NoteRun(in Landing landing)
    {
        if (
            (RecordClass)landing.Envelope[Envelope.HeadBytes + 1] != RecordClass.Run
            || !RecordView.TryParse(landing.Envelope.AsSpan(Envelope.HeadBytes), out var record, out _)
            || !RunClear.TryRead(record.Clear, out var clear)
            || clear.Kind != RunKind.Request
            || !Cert.TryParse(landing.Author.Cert.Span, out var cert, out _)
        )
        {
            return;
        }
        ForgetRuns(now);
        if (requestedRuns.Count < Limits.MaxRunRequests)
        {
            requestedRuns.TryAdd(clear.Run, (cert.Member, now));
        }
    }

    private void ForgetRuns(ulong time)
    {
        foreach (var (run, (_, since)) in requestedRuns)
        {
            if (time > since + (1000UL * Limits.RunRequestSeconds))
            {
                requestedRuns.Remove(run);
            }
        }
    }
}

/// <summary>Whether a member's run may go on (X3).</summary>
public enum RunnerStanding : byte
{
    /// <summary>A live session of theirs may run programs.</summary>
    Here,

    /// <summary>No session of theirs is live.</summary>
    Away,

    /// <summary>Role or policy do not let them any more.</summary>
    Forbidden,
}
