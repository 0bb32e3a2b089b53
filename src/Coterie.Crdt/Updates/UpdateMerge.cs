using Coterie.Crdt.Structs;

namespace Coterie.Crdt.Updates;

/// <summary>
/// Merges updates struct by struct, always taking the one that comes first: the highest client, the lowest clock. A gap becomes
/// a Skip; of two that overlap, the second is cut. Run once.
/// </summary>
internal sealed class UpdateMerge<TWriter>
    where TWriter : IUpdateWriter
{
    private readonly BlockWriter<TWriter> _output;
    private readonly UpdateBlocks _updates;

    /// <summary>How far each update has been taken, and where it ends.</summary>
    private readonly (int At, int End)[] _sources;
    private readonly SourceHeap _heap;

    /// <summary>The struct that is to be written when the next one is known.</summary>
    private UpdateBlock _written;
    private bool _hasWritten;

    public UpdateMerge(TWriter writer, UpdateBlocks updates)
    {
        _output = new(writer);
        _updates = updates;
        _sources = new (int, int)[updates.Ends.Count];
        _heap = new SourceHeap(_sources.Length);
    }

    public void Run()
    {
        var at = 0;
        for (var source = 0; source < _sources.Length; source++)
        {
            _sources[source] = (at, _updates.Ends[source]);
            at = _updates.Ends[source];
            SkipHoles(source);
            if (!IsAtEnd(source))
                _heap.Add(TurnOf(source, -source));
        }
        _heap.Order();
        for (var moved = 1L; _heap.Count > 0; moved++)
        {
            var source = _heap.First;
            Step(source);
            if (IsAtEnd(source))
                _heap.RemoveFirst();
            else
                _heap.ReplaceFirst(TurnOf(source, moved));
        }
        if (_hasWritten)
            _output.Write(_written, 0);
        _updates.Deletes.Sort();
        _output.Finish(_updates.Deletes);
    }

    private SourceHeap.Turn TurnOf(int source, long moved) =>
        new(Current(source).Client, Current(source).Clock, moved, source);

    private bool IsAtEnd(int source) => _sources[source].At == _sources[source].End;

    private ref readonly UpdateBlock Current(int source) => ref _updates.Blocks[_sources[source].At];

    private void Next(int source)
    {
        _sources[source].At++;
        SkipHoles(source);
    }

    private void SkipHoles(int source)
    {
        while (!IsAtEnd(source) && Current(source).Kind == ContentKind.Skip)
            _sources[source].At++;
    }

    /// <summary>Takes what a source has next.</summary>
    private void Step(int source)
    {
        var client = Current(source).Client;
        if (!_hasWritten)
            TakeFrom(source);
        else
        {
            var iterated = false;
            while (!IsAtEnd(source) && Current(source).End <= _written.End && Current(source).Client >= _written.Client)
            {
                Next(source);
                iterated = true;
            }
            if (
                IsAtEnd(source)
                || Current(source).Client != client
                || (iterated && Current(source).Clock > _written.End)
            )
                return;
            if (client != _written.Client)
            {
                _output.Write(_written, 0);
                TakeFrom(source);
            }
            else if (_written.End < Current(source).Clock)
                Bridge(Current(source));
            else
                Continue(source);
        }
        while (!IsAtEnd(source) && Current(source).Client == client && Current(source).Clock == _written.End)
        {
            _output.Write(_written, 0);
            TakeFrom(source);
        }
    }

    private void TakeFrom(int source)
    {
        _written = Current(source);
        _hasWritten = true;
        Next(source);
    }

    private void Bridge(in UpdateBlock next)
    {
        if (_written.Kind == ContentKind.Skip)
        {
            _written.Length = next.End - _written.Clock;
            return;
        }
        _output.Write(_written, 0);
        _written = new UpdateBlock
        {
            Kind = ContentKind.Skip,
            Client = _written.Client,
            Clock = _written.End,
            Length = next.Clock - _written.End,
        };
    }

    private void Continue(int source)
    {
        var next = Current(source);
        var overlap = _written.End - next.Clock;
        if (overlap > 0)
        {
            if (_written.Kind == ContentKind.Skip)
                _written.Length -= overlap;
            else
                next = next.From(overlap);
        }
        if (_written.Kind == ContentKind.Gc && next.Kind == ContentKind.Gc)
        {
            _written.Length += next.Length;
            return;
        }
        _output.Write(_written, 0);
        Next(source);
        _written = next;
    }
}
