namespace Coterie.Simulation.Mutants;

/// <summary>Which planted bug is awake in this process; in the product's own sources there is none.</summary>
internal static class Switch
{
    private static string on = "";

    public static void Wake(string name) => on = name;

    public static bool Is(string name) => string.Equals(on, name, StringComparison.Ordinal);
}
