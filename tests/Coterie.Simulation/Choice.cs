using Coterie.Simulation.Moves;

namespace Coterie.Simulation;

/// <summary>What a run is narrowed to.</summary>
/// <param name="Honest">Whether servers are honest; null: the dice say so.</param>
/// <param name="Only">The moves that are made; null: all.</param>
/// <param name="Recorded">Whether what judges are shown and say is written down.</param>
/// <param name="Without">Moves that are left out.</param>
internal sealed record Choice(
    bool? Honest = null,
    IReadOnlyList<string>? Only = null,
    IReadOnlyList<string>? Without = null,
    bool Recorded = false
)
{
    public bool Allows(Move move) => (Only?.Contains(move.Name) ?? true) && !(Without?.Contains(move.Name) ?? false);
}
