namespace Coterie.Simulation.Mutants;

/// <summary>A bug planted into a copy of the product, where it sleeps until a process wakes it.</summary>
/// <param name="By">The moves of which each one finds it by itself; none: a room with an honest server finds it.</param>
/// <param name="ByOthers">Others find it, too, or the room's ordinary life does; else nobody may but <paramref name="By"/>.</param>
internal sealed record Mutant(string Name, string[] By, bool ByOthers, params Edit[] Edits);

/// <param name="Old">Stands in the file exactly once.</param>
/// <param name="New">Stands in its place; in it, BUG is whether the bug is awake.</param>
internal sealed record Edit(string File, string Old, string New);
