using Coterie.Simulation.Worlds;

namespace Coterie.Simulation.Moves;

/// <summary>Something hostile that a server, a member, or both together do once.</summary>
internal abstract class Move
{
    public static IReadOnlyList<Move> All { get; } =
    [
        .. typeof(Move)
            .Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(Move)) && !type.IsAbstract)
            .OrderBy(type => type.Name, StringComparer.Ordinal)
            .Select(type => (Move)Activator.CreateInstance(type)!),
    ];

    public string Name => GetType().Name;

    /// <summary>A member can do it with an honest server.</summary>
    public virtual bool ByMember => false;

    /// <summary>Conditions of a room in which it cannot be made.</summary>
    public virtual IReadOnlyList<Condition> Never => [];

    /// <summary>Makes it, on whom the dice say. False, and nothing happened, where there is nobody to make it on.</summary>
    public abstract bool Make(World world);
}
