namespace Coterie.Simulation.Truth;

/// <summary>What should come of a record at its place.</summary>
internal enum Finding
{
    /// <summary>It counts, and what it says is applied.</summary>
    Applies,

    /// <summary>It counts, and cannot be read by anybody.</summary>
    Unreadable,

    /// <summary>It moves the chain and nothing else.</summary>
    Void,

    /// <summary>Its author saw another history: only an alarm is right.</summary>
    Forked,
}
