namespace Coterie.Server.Runs.Sandboxes;

/// <summary>A place for one run at a time.</summary>
/// <param name="User">A user of its own, where this process may choose.</param>
/// <param name="Group">The kernel's account, where it keeps one.</param>
internal sealed record Slot(uint? User, ControlGroup? Group);
