namespace Coterie.Crdt.Structs;

/// <summary>Finds who hears of what changes deep below: each type on the way is climbed once, however many of them changed.</summary>
internal sealed class HeardAbove
{
    private readonly Dictionary<Branch, (Branch? Branch, int Steps)> _known = [];
    private readonly List<Branch> _climbed = [];

    /// <summary>The nearest type at or above one whose deep observers there are, and how many steps it is away; null is none.</summary>
    public (Branch? Branch, int Steps) At(Branch? branch)
    {
        (Branch? Branch, int Steps) found = default;
        for (; branch is not null && !_known.TryGetValue(branch, out found); branch = branch.Parent)
        {
            if (branch.View is { IsObservedDeep: true })
            {
                found = (branch, 0);
                break;
            }
            _climbed.Add(branch);
        }
        for (var at = _climbed.Count - 1; at >= 0; at--)
            _known[_climbed[at]] = found = (found.Branch, found.Steps + 1);
        _climbed.Clear();
        return found;
    }
}
