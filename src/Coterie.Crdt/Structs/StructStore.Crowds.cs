using System.Runtime.InteropServices;
using Coterie.Crdt.Order;

namespace Coterie.Crdt.Structs;

/// <summary>
/// Keeps an update from elsewhere from costing the square of its items: a list in which many conflicts were walked through, for its
/// length, is indexed for as long as the update is applied. Nothing is merged meanwhile.
/// </summary>
internal sealed partial class StructStore
{
    /// <summary>Walks of no more steps than that are not counted.</summary>
    private const int FewSteps = 64;

    /// <summary>A list shorter than that is never indexed.</summary>
    private const long FewItems = 1024;

    private struct Crowd
    {
        public long Steps;

        /// <summary>After how many steps it is to be asked how long the list is.</summary>
        public long Due;
        public SiblingOrder? Order;
    }

    /// <summary>How many steps an item of a list may have cost before the list is indexed: what indexing costs where each step misses the cache. Tests set it lower.</summary>
    public int StepsBeforeOrder { get; set; } = 32;

    /// <summary>By branch and key; a list that is no key's has key 0. Null where nothing was counted.</summary>
    private Dictionary<(int Branch, int Key), Crowd>? _crowds;
    private NodeNumbers? _nodes;
    private bool _mayIndex;

    // How many items were passed to find the place of the last one.
    private int _steps;

    private static (int Branch, int Key) ListOf(in Item item) => (item.Parent, item.IsKeyed ? item.Place : 0);

    private SiblingOrder? OrderOf(in Item item) =>
        _crowds is not null && _crowds.TryGetValue(ListOf(item), out var crowd) ? crowd.Order : null;

    private void Count(in Item item, int first)
    {
        if (!_mayIndex || !Takes(Shortcuts.Order) || (_steps <= FewSteps && StepsBeforeOrder > 0))
            return;
        _crowds ??= [];
        ref var crowd = ref CollectionsMarshal.GetValueRefOrAddDefault(_crowds, ListOf(item), out _);
        crowd.Steps += _steps;
        if (crowd.Steps < Math.Max(crowd.Due, FewItems * StepsBeforeOrder))
            return;
        var length = 0L;
        for (var each = first; each != 0; each = Items[each].Right)
            length++;
        // Not counted again before as many steps were made as counting takes.
        crowd.Due = Math.Max(length * StepsBeforeOrder, crowd.Steps + length);
        if (crowd.Steps >= length * StepsBeforeOrder)
            crowd.Order = new SiblingOrder(this, first, _nodes ??= new NodeNumbers());
    }
}
