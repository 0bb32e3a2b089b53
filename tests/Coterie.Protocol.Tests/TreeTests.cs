using Coterie.Protocol.Rooms;
using Coterie.Protocol.Rooms.Payloads;
using Coterie.Protocol.Tests.Worlds;
using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Tests;

public sealed class TreeTests : IDisposable
{
    private static readonly MemberId Ann = new(1);
    private static readonly MemberId Ben = new(2);
    private readonly World world = new();
    private readonly TreeState tree;
    private ulong last = 100;

    public TreeTests() => tree = new TreeState(world.Streams);

    public static byte[] Clear(NodeId node, TreeKind kind, NodeId parent)
    {
        var clear = new byte[33];
        node.CopyTo(clear);
        parent.CopyTo(clear.AsSpan(16));
        clear[32] = (byte)kind;
        return clear;
    }

    public static byte[] Clear(NodeId node)
    {
        var clear = new byte[16];
        node.CopyTo(clear);
        return clear;
    }

    [Fact]
    public void T1_a_node_is_created_under_the_root_or_a_living_folder()
    {
        var folder = New(TreeKind.CreateFolder);
        var file = New(TreeKind.CreateFile, folder);
        Assert.True(tree.IsLivingFile(file));
        Assert.Equal(Rule.T1, Try(TreeKind.CreateFile, new(7), file));
        Assert.Equal(Rule.T1, Try(TreeKind.CreateFile, new(7), new(8)));
        Kill(folder);
        Assert.Equal(Rule.T1, Try(TreeKind.CreateFile, new(7), folder));
    }

    [Fact]
    public void T1_an_id_that_was_used_or_is_zero_or_a_fixed_stream_is_not_new()
    {
        var file = New(TreeKind.CreateFile);
        Kill(file);
        Assert.Equal(Rule.T1, Try(TreeKind.CreateFile, file));
        Assert.Equal(Rule.T1, Try(TreeKind.CreateFile, NodeId.Root));
        Assert.Equal(Rule.T1, Try(TreeKind.CreateFile, world.Streams.Runs.ToNode()));
    }

    [Fact]
    public void T1_L1_at_most_64_folders_stand_above_a_node()
    {
        var parent = NodeId.Root;
        for (var depth = 0; depth < Limits.MaxDepth; depth++)
            parent = New(TreeKind.CreateFolder, parent);
        var deepest = New(TreeKind.CreateFolder, parent);
        Assert.Equal(Rule.T1, Try(TreeKind.CreateFile, new(7), deepest));
    }

    [Fact]
    public void T1_L1_at_most_20000_nodes_ever()
    {
        for (var i = 0; i < Limits.MaxNodes; i++)
            Kill(New(TreeKind.CreateFile));
        Assert.Equal(Rule.T1, Try(TreeKind.CreateFile, new(7)));
    }

    [Fact]
    public void T2_what_lives_can_be_renamed()
    {
        var file = New(TreeKind.CreateFile);
        Assert.Equal(Rule.None, Try(TreeKind.Rename, file));
        Kill(file);
        Assert.Equal(Rule.T2, Try(TreeKind.Rename, file));
        Assert.Equal(Rule.T2, Try(TreeKind.Rename, new(7)));
    }

    [Fact]
    public void T3_a_move_makes_no_cycle_and_goes_to_a_living_folder()
    {
        var outer = New(TreeKind.CreateFolder);
        var inner = New(TreeKind.CreateFolder, outer);
        var file = New(TreeKind.CreateFile, inner);
        Assert.Equal(Rule.T3, Try(TreeKind.Move, outer, inner));
        Assert.Equal(Rule.T3, Try(TreeKind.Move, outer, outer));
        Assert.Equal(Rule.T3, Try(TreeKind.Move, inner, file));
        Assert.Equal(Rule.T3, Try(TreeKind.Move, new(7), outer));
        Do(TreeKind.Move, inner, NodeId.Root);
        Do(TreeKind.Move, outer, inner);
        Assert.Equal(Rule.T3, Try(TreeKind.Move, inner, outer));
    }

    [Fact]
    public void T3_a_move_puts_nothing_deeper_than_64()
    {
        var parent = NodeId.Root;
        for (var depth = 0; depth < Limits.MaxDepth; depth++)
            parent = New(TreeKind.CreateFolder, parent);
        var folder = New(TreeKind.CreateFolder);
        Assert.Equal(Rule.None, Try(TreeKind.Move, folder, parent));
        New(TreeKind.CreateFile, folder);
        Assert.Equal(Rule.T3, Try(TreeKind.Move, folder, parent));
    }

    [Fact]
    public void T4_a_folder_goes_by_an_owner_or_where_all_that_lives_in_it_is_its_creators()
    {
        var folder = New(TreeKind.CreateFolder);
        var foreign = New(TreeKind.CreateFile, folder, Ben);
        Assert.Equal(Rule.T4, TryDelete(folder, Ann));
        Assert.Equal(Rule.T4, TryDelete(foreign, Ann));
        Assert.Equal(Rule.None, TryDelete(folder, Ann, owner: true));
        Kill(foreign);
        Assert.Equal(Rule.None, TryDelete(folder, Ann));
        Assert.Equal(Rule.T4, TryDelete(folder, Ben));
        Assert.Equal(Rule.T4, TryDelete(foreign, Ann, owner: true));
    }

    [Fact]
    public void T5_what_was_deleted_itself_returns_with_what_died_with_it()
    {
        var folder = New(TreeKind.CreateFolder);
        var before = New(TreeKind.CreateFile, folder);
        var along = New(TreeKind.CreateFile, folder);
        Kill(before);
        Kill(folder);
        Assert.False(tree.IsLivingFile(along));
        Assert.Equal(Rule.T5, Try(TreeKind.Restore, along));
        Assert.Equal(Rule.T5, Try(TreeKind.Restore, folder, folder));
        Do(TreeKind.Restore, folder, NodeId.Root);
        Assert.True(tree.IsLivingFile(along));
        Assert.False(tree.IsLivingFile(before));
        Assert.Equal(Rule.T5, Try(TreeKind.Restore, folder));
        Do(TreeKind.Restore, before, folder);
        Assert.True(tree.IsLivingFile(before));
    }

    [Fact]
    public void T8_a_tree_from_a_snapshot_judges_like_the_one_it_was_taken_of()
    {
        SnapshotNode[] nodes =
        [
            new(new(5), NodeId.Root, NodeKind.Folder, true, default, Ann, "a"),
            new(new(6), new(5), NodeKind.File, false, new(6), Ann, "b"),
        ];
        Assert.True(tree.TryLoad(nodes));
        Assert.Equal(Rule.None, Try(TreeKind.Restore, new(6), new(5)));
        Assert.Equal(Rule.T1, Try(TreeKind.CreateFile, new(6)));
    }

    [Fact]
    public void T8_a_snapshot_that_makes_no_tree_is_not_believed()
    {
        SnapshotNode[] cycle =
        [
            new(new(5), new(6), NodeKind.Folder, true, default, Ann, "a"),
            new(new(6), new(5), NodeKind.Folder, true, default, Ann, "b"),
        ];
        Assert.False(tree.TryLoad(cycle));
        Assert.False(
            new TreeState(world.Streams).TryLoad([new(new(5), new(9), NodeKind.File, true, default, Ann, "a")])
        );
    }

    [Theory]
    [InlineData("notes.md", true)]
    [InlineData("…", true)]
    [InlineData("", false)]
    [InlineData(".", false)]
    [InlineData("..", false)]
    [InlineData("a/b", false)]
    [InlineData("a\\b", false)]
    [InlineData("a\u0085b", false)]
    [InlineData("a\nb", false)]
    [InlineData("a\u202etxt.exe", false)]
    [InlineData("\u200e", false)]
    [InlineData("a\u2069", false)]
    [InlineData("a\u200db", true)]
    public void T6_a_name_is_one_that_every_folder_can_hold(string name, bool valid)
    {
        Assert.Equal(valid, NodeName.IsValid(System.Text.Encoding.UTF8.GetBytes(name)));
        Assert.True(
            NodeName.IsValid(
                new byte[Limits.MaxNameBytes]
                    .Select(_ => (byte)'a')
                    .ToArray()
            )
        );
        Assert.False(
            NodeName.IsValid(
                new byte[Limits.MaxNameBytes + 1]
                    .Select(_ => (byte)'a')
                    .ToArray()
            )
        );
    }

    [Fact]
    public void T11_other_content_is_for_living_binary_files()
    {
        var (first, second) = (new BlobId(new Digest(1, 1)), new BlobId(new Digest(2, 2)));
        var (text, folder) = (New(TreeKind.CreateFile), New(TreeKind.CreateFolder));
        var picture = new TreeChange(new NodeId(++last), folder, TreeKind.CreateBinary, false, first);
        tree.Apply(picture, Ann);
        Assert.False(tree.IsLivingFile(picture.Node)); // it has no stream
        Assert.Equal(Rule.T11, Try(TreeKind.Content, text));
        Assert.Equal(Rule.T11, Try(TreeKind.Content, folder));
        Assert.Equal(Rule.T11, Try(TreeKind.Content, new(99)));
        Assert.Equal(Rule.T1, Try(TreeKind.CreateFile, new(98), picture.Node));
        Assert.Equal(Rule.None, Try(TreeKind.Content, picture.Node));
        Assert.Equal(new() { [first] = true }, tree.Blobs());
        tree.Apply(new TreeChange(picture.Node, default, TreeKind.Content, false, second), Ann);
        Kill(folder);
        Assert.Equal(Rule.T11, Try(TreeKind.Content, picture.Node));
        Assert.Equal(new() { [second] = false }, tree.Blobs());
    }

    [Theory]
    [InlineData("Ann/Bob", true)]
    [InlineData(".", true)]
    [InlineData("\U0001f468\u200d\U0001f4bb", true)]
    [InlineData("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", true)]
    [InlineData("a\u200bb", false)]
    [InlineData("\ufeffa", false)]
    [InlineData("a\u2028b", false)]
    [InlineData("\u3164", false)]
    [InlineData("\u00a0\u200d\ufe0f\U000e0041", false)]
    [InlineData("\u00a0\u200d\ufe0f\U000e0041a", true)]
    public void T9_a_name_shows_all_that_it_is(string name, bool valid) =>
        Assert.Equal(valid, Name.IsValid(System.Text.Encoding.UTF8.GetBytes(name)));

    public void Dispose() => world.Dispose();

    private NodeId New(TreeKind kind, NodeId parent = default, MemberId? creator = null)
    {
        var change = new TreeChange(new NodeId(++last), parent, kind, false);
        Assert.Equal(Rule.None, tree.Judge(change, creator ?? Ann, owner: false));
        tree.Apply(change, creator ?? Ann);
        return change.Node;
    }

    private Rule Try(TreeKind kind, NodeId node, NodeId parent = default) =>
        tree.Judge(new TreeChange(node, parent, kind, false), Ann, owner: false);

    private void Do(TreeKind kind, NodeId node, NodeId parent)
    {
        Assert.Equal(Rule.None, Try(kind, node, parent));
        tree.Apply(new TreeChange(node, parent, kind, false), Ann);
    }

    private Rule TryDelete(NodeId node, MemberId who, bool owner = false) =>
        tree.Judge(new TreeChange(node, default, default, true), who, owner);

    private void Kill(NodeId node)
    {
        Assert.Equal(Rule.None, TryDelete(node, Ann, owner: true));
        tree.Apply(new TreeChange(node, default, default, true), Ann);
    }
}
