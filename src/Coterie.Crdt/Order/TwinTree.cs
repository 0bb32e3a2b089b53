namespace Coterie.Crdt.Order;

/// <summary>Trees of items with one origin and one right origin.</summary>
internal sealed class TwinTree(ListLabels labels, Func<int, ulong> clientOf) : OrderTree(labels)
{
    /// <summary>Who in a subtree has the greatest client.</summary>
    private readonly List<int> _greatest = [0];

    /// <summary>Answers the new root.</summary>
    public int Insert(int root, int node)
    {
        while (_greatest.Count <= node)
            _greatest.Add(0);
        return InsertInto(root, node);
    }

    protected override void SumUp(int node)
    {
        var greatest = node;
        if (Left(node) is var left and not 0 && clientOf(_greatest[left]) > clientOf(greatest))
            greatest = _greatest[left];
        if (Right(node) is var right and not 0 && clientOf(_greatest[right]) > clientOf(greatest))
            greatest = _greatest[right];
        _greatest[node] = greatest;
    }

    /// <summary>The first whose client is not below that one; 0 is none.</summary>
    public int FirstFrom(int root, ulong client)
    {
        while (root != 0 && clientOf(_greatest[root]) >= client)
        {
            if (Left(root) is var left and not 0 && clientOf(_greatest[left]) >= client)
                root = left;
            else if (clientOf(root) >= client)
                return root;
            else
                root = Right(root);
        }
        return 0;
    }
}
