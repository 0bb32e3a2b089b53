using System.Diagnostics.CodeAnalysis;

namespace Coterie.Crdt;

/// <summary>
/// Whether documents notice that two threads use them at once: in debug builds of this library, and where the AppContext switch
/// <c>Coterie.Crdt.CheckThreads</c> says so. Where it is off the compiler of the runtime leaves the checks out.
/// </summary>
internal static class ThreadCheck
{
    private const string Switch = "Coterie.Crdt.CheckThreads";

#if DEBUG
    private const bool Usual = true;
#else
    private const bool Usual = false;
#endif

    [FeatureSwitchDefinition(Switch)]
    public static bool IsOn { get; } = AppContext.TryGetSwitch(Switch, out var isOn) ? isOn : Usual;
}
