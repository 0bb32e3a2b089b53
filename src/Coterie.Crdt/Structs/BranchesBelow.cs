namespace Coterie.Crdt.Structs;

/// <summary>
/// Which branches are some that are told apart by <paramref name="isTop"/>, or lie below one. Each is found out once, however deep it
/// lies: good as long as none moves and the tops stay what they are.
/// </summary>
internal sealed class BranchesBelow(Func<Branch, bool> isTop)
{
    private readonly Dictionary<Branch, bool> _known = [];
    private readonly List<Branch> _passed = [];

    public bool Contains(Branch branch)
    {
        var isBelow = false;
        for (var each = branch; each is not null && !_known.TryGetValue(each, out isBelow); each = each.Parent)
        {
            _passed.Add(each);
            if (isBelow = isTop(each))
                break;
        }
        foreach (var each in _passed)
            _known[each] = isBelow;
        _passed.Clear();
        return isBelow;
    }
}
