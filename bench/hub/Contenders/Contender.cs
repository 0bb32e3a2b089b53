namespace Coterie.Bench.Hub.Contenders;

/// <summary>A server that the same people type at. What it keeps must survive its process in the directory it was given.</summary>
internal abstract class Contender
{
    public abstract string Name { get; }

    /// <summary>Starts the server on the server core, storing into the directory.</summary>
    public abstract ServerProcess Start(string directory, bool gauged);

    /// <summary>Whether what was acknowledged is meant to outlive the process.</summary>
    public virtual bool Keeps => true;

    /// <summary>Makes so many rooms, for contenders where a room is not simply there when it is named.</summary>
    /// <param name="files">Into how many documents of a room people will type, where that matters.</param>
    public virtual Task OpenRoomsAsync(ServerProcess server, int count, int files) => Task.CompletedTask;

    /// <summary>
    /// Somebody who will be in this room. Authors are numbered across all rooms, so the tally knows them apart; a room exists
    /// from the first time that it is named.
    /// </summary>
    public abstract Person Person(ServerProcess server, int room, int author, Tally tally);
}
