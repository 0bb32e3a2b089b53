namespace Coterie.Simulation;

/// <summary>An invariant does not hold: the product, or the simulator, is wrong.</summary>
public sealed class SimulationException : Exception
{
    public SimulationException() { }

    public SimulationException(string message)
        : base(message) { }

    public SimulationException(string message, Exception inner)
        : base(message, inner) { }
}
