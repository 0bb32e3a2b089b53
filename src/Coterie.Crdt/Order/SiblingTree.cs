namespace Coterie.Crdt.Order;

/// <summary>Trees of items with one origin, each with its cover (see <see cref="SiblingOrder"/>); a cover of 0 is none.</summary>
internal sealed class SiblingTree(ListLabels labels, Func<int, ulong> clientOf) : OrderTree(labels)
{
    /// <summary>Of all in a subtree: who has the least client, and the cover furthest right, which is none if one has none.</summary>
    private readonly record struct Sum(int Least, int Cover);

    private readonly List<int> _covers = [0];
    private readonly List<Sum> _sums = [default];

    public int CoverOf(int node) => _covers[node];

    /// <summary>Answers the new root.</summary>
    public int Insert(int root, int node, int cover)
    {
        for (; _covers.Count <= node; _covers.Add(0))
            _sums.Add(default);
        _covers[node] = cover;
        return InsertInto(root, node);
    }

    protected override void SumUp(int node)
    {
        var sum = new Sum(node, _covers[node]);
        if (Left(node) is var left and not 0)
            sum = Both(sum, _sums[left]);
        if (Right(node) is var right and not 0)
            sum = Both(sum, _sums[right]);
        _sums[node] = sum;
    }

    private Sum Both(in Sum one, in Sum other) =>
        new(
            clientOf(one.Least) <= clientOf(other.Least) ? one.Least : other.Least,
            one.Cover != 0 && (other.Cover == 0 || IsBefore(one.Cover, other.Cover)) ? other.Cover : one.Cover
        );

    /// <summary>The last before <paramref name="end"/> whose client is below that one; an end of 0 is the list's end.</summary>
    public int LastBelow(int root, ulong client, int end)
    {
        if (root == 0 || clientOf(_sums[root].Least) >= client)
            return 0;
        if (end != 0 && !IsBefore(root, end))
            return LastBelow(Left(root), client, end);
        if (LastBelow(Right(root), client, end) is var right and not 0)
            return right;
        return clientOf(root) < client ? root : LastBelow(Left(root), client, end);
    }

    /// <summary>The first behind <paramref name="start"/> that nothing before <paramref name="end"/> covers; 0 is none.</summary>
    public int FirstOpen(int root, int start, int end)
    {
        if (root == 0 || !IsOpen(_sums[root].Cover, end))
            return 0;
        if (!IsBefore(start, root))
            return FirstOpen(Right(root), start, end);
        if (FirstOpen(Left(root), start, end) is var left and not 0)
            return left;
        return IsOpen(_covers[root], end) ? root : FirstOpen(Right(root), start, end);
    }

    private bool IsOpen(int cover, int end) => cover == 0 || (end != 0 && !IsBefore(cover, end));
}
