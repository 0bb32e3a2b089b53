using System.Text;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Rooms.Payloads;
using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Tests;

/// <summary>T6–T8 of a tree's content: what nodes are called.</summary>
public sealed class NodeNamesTests
{
    private static readonly NodeId Node = new(9);
    private readonly NodeNames names = new();
    private ulong op;

    [Fact]
    public void T6_create_and_rename_name_a_node_and_nothing_else_does()
    {
        Assert.Equal("unnamed", names[Node]);
        Assert.True(Take(TreeKind.CreateFile, "a.txt"));
        Assert.Equal("a.txt", names[Node]);
        Assert.True(Take(TreeKind.Rename, "b.txt"));
        Assert.True(Take(TreeKind.Move, "c.txt"));
        Assert.True(Take(TreeKind.Restore, ""));
        Assert.Equal("b.txt", names[Node]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("a/b")]
    public void T6_T8_a_name_that_is_none_leaves_the_name_as_it_was(string bad)
    {
        Assert.False(Take(TreeKind.CreateFile, bad));
        Assert.Equal("unnamed", names[Node]);
        Assert.True(Take(TreeKind.Rename, "a.txt"));
        Assert.False(Take(TreeKind.Rename, bad));
        Assert.Equal("a.txt", names[Node]);
    }

    [Fact]
    public void T7_an_operation_that_comes_again_is_taken_again()
    {
        Assert.True(Take(TreeKind.CreateFile, "a.txt"));
        op--;
        Assert.True(Take(TreeKind.Rename, "b.txt"));
        op--;
        Assert.True(names.Take(new TreeChange(Node, default, default, true), new DeletePayload(op).Encode()));
        Assert.False(names.Take(new TreeChange(Node, default, TreeKind.Rename, false), [1, 2, 3]));
        Assert.False(names.Take(new TreeChange(Node, default, default, true), [1, 2, 3]));
        Assert.Equal("b.txt", names[Node]);
    }

    [Fact]
    public void T11_a_key_comes_with_what_names_a_blob_and_with_nothing_else()
    {
        bool Takes(TreeKind kind, bool brings) =>
            names.Take(
                new TreeChange(Node, default, kind, false, TreeChange.NamesBlob(kind) ? default(BlobId) : null),
                new TreePayload
                {
                    OpId = op++,
                    Name = "a.png"u8,
                    Secret = brings ? new BlobSecret(new byte[32], 9) : null,
                }.Encode()
            );
        Assert.True(Takes(TreeKind.CreateBinary, true));
        Assert.False(Takes(TreeKind.CreateBinary, false));
        Assert.True(Takes(TreeKind.Content, true));
        Assert.False(Takes(TreeKind.Content, false));
        Assert.True(Takes(TreeKind.CreateFile, false));
        Assert.False(Takes(TreeKind.CreateFile, true));
        Assert.False(Takes(TreeKind.Move, true));
    }

    private bool Take(TreeKind kind, string name)
    {
        var payload = new TreePayload { OpId = op++, Name = Encoding.UTF8.GetBytes(name) };
        return names.Take(new TreeChange(Node, default, kind, false), payload.Encode());
    }
}
