using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;
using Coterie.Simulation.Worlds;

namespace Coterie.Simulation.Moves;

/// <summary>An editor makes a node twice, moves a folder into itself, or makes something in a file (T1–T5).</summary>
internal sealed class BreakTree : Move
{
    public override bool ByMember => true;

    public override bool Make(World world)
    {
        if (world.Hostile(Role.Editor) is not { } session)
            return false;
        var tree = world.Truth.Log.GetValueOrDefault(world.Streams.Tree)?.Tree;
        var folders = tree?.LivingFolders.ToList() ?? [];
        var files = tree?.LivingFiles.ToList() ?? [];
        if (folders.Count == 0 || files.Count == 0)
            return false;
        var folder = folders[world.Dice.Below(folders.Count)];
        var clear = world.Dice.Below(3) switch
        {
            0 => World.Clear(folder, NodeId.Root, TreeKind.CreateFile),
            1 => World.Clear(folder, folder, TreeKind.Move),
            _ => World.Clear(NodeId.Read(world.NewId()), files[0], TreeKind.CreateFile),
        };
        return world.Bring(session, RecordClass.Tree, world.Streams.Tree, clear, world.Named());
    }
}
