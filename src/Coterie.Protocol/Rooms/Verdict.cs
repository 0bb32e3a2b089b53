using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Rooms;

/// <summary>What becomes of something judged.</summary>
public enum Outcome : byte
{
    Ok,

    /// <summary>The hub does not take it.</summary>
    Refused,

    /// <summary>A client finds the position void: the chain goes on, nothing else moves, and the hub is at fault (J13).</summary>
    Void,

    /// <summary>A client lacks a manifest, Cert or Session to judge by, and fetches it.</summary>
    Wait,

    /// <summary>The hub lied or the history forked: the stream, or the room, stops.</summary>
    Alarm,
}

/// <summary>The rules of PROTOCOL.md that a verdict can name.</summary>
public enum Rule : byte
{
    None,
    K5,
    M1,
    M2,
    M3,
    M4,
    M5,
    M6,
    M7,
    C1,
    C2,
    C3,
    C4,
    S1,
    S2,
    S3,
    S4,
    R1,
    T1,
    T2,
    T3,
    T4,
    T5,
    T11,
    J1,
    J2,
    J3,
    J4,
    J5,
    J6,
    J7,
    J8,
    J9,
    J10,
    J11,
    J13,
    J14,
    J15,
    J16,
    L1,
    N6,
    A1,
    B3,
    B5,
    P2,
}

/// <summary>A judgement: what becomes of it, by which rule, and the code that a hub would send. The default is Ok.</summary>
public readonly record struct Verdict(Outcome Outcome, Rule Rule, Refusal Refusal)
{
    public static Verdict Ok => default;

    public bool IsOk => Outcome == Outcome.Ok;

    public static Verdict Refused(Rule rule, Refusal refusal) => new(Outcome.Refused, rule, refusal);

    public static Verdict Void(Rule rule, Refusal refusal) => new(Outcome.Void, rule, refusal);

    public static Verdict Wait(Rule rule, Refusal refusal) => new(Outcome.Wait, rule, refusal);

    public static Verdict Alarm(Rule rule) => new(Outcome.Alarm, rule, Refusal.Alarm);
}
