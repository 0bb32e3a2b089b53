namespace Coterie.Simulation.Moves;

/// <summary>What a room is going through when a move meets it. Several can hold at once.</summary>
internal enum Condition
{
    /// <summary>Nothing is on its way.</summary>
    Quiet,

    /// <summary>Somebody waits for what they wrote to be saved.</summary>
    UnderWay,

    /// <summary>Somebody is on the way in.</summary>
    Joining,

    /// <summary>A member has no connection.</summary>
    Offline,

    /// <summary>Keys were made anew since the room began.</summary>
    AfterNewKeys,

    /// <summary>Somebody has been shown that histories differ.</summary>
    ForkShown,
}
