using Coterie.Hub.Connections;

namespace Coterie.Hub;

/// <summary>What the server knows of who connects.</summary>
/// <param name="Origins">What this hub answers for, e.g. https://code.example:8443; a Session must name one of them (S1).</param>
/// <param name="Address">Whom limits per address count; null where addresses mean nothing, as behind a proxy that is not trusted. Kept as a keyed hash only (H9).</param>
/// <param name="Meter">What its socket is read through, if anything: it counts for the address, too.</param>
public sealed record Caller(IReadOnlyList<string> Origins, string? Address, MeteredStream? Meter = null);
