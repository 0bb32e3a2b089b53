namespace Coterie.Server.Runs.Sandboxes;

/// <summary>A place for one run at a time: a user of its own, where this process may choose, and the kernel's account.</summary>
internal sealed class Slot(uint? user, ControlGroup? group, Action<Slot> free) : IDisposable
{
    public uint? User => user;
    public ControlGroup? Group => group;

    /// <summary>Gives it back.</summary>
    public void Dispose() => free(this);
}
