using System.Text;
using Coterie.Crdt.Structs;
using Coterie.Crdt.Types;

namespace Coterie.Crdt;

/// <summary>Collects the delta of a text: what is said of adjacent items alike is one step.</summary>
internal sealed class TextSteps
{
    private enum Kind
    {
        None,
        Insert,
        Retain,
        Delete,
    }

    private readonly List<DeltaOp> _delta = [];
    private readonly StringBuilder _text = new();

    /// <summary>In force in the text as it is.</summary>
    private readonly AttributeMap _current = new();

    /// <summary>In force in the text as it was.</summary>
    private readonly AttributeMap _old = new();

    /// <summary>What changes for text that stays.</summary>
    private readonly AttributeMap _changes = new();
    private Kind _kind;
    private int _length;

    public void InsertText(ReadOnlySpan<char> text)
    {
        Begin(Kind.Insert);
        _text.Append(text);
    }

    public void InsertEmbed(object? embed)
    {
        Pack();
        _delta.Add(DeltaOp.Insert(embed, _current.Count > 0 ? _current.ToObject() : null));
    }

    public void Delete(int length)
    {
        Begin(Kind.Delete);
        _length += length;
    }

    public void Retain(int length)
    {
        Begin(Kind.Retain);
        _length += length;
    }

    /// <summary>A mark that came; answers whether it changes nothing.</summary>
    public bool PassNewMark(FormatMark mark)
    {
        if (JavaScript.AreEqualAttributes(_current[mark.Key], mark.Value))
            return mark.Value is not null;
        if (_kind == Kind.Retain)
            Pack();
        if (JavaScript.AreEqualAttributes(mark.Value, _old[mark.Key]))
            _changes.Remove(mark.Key);
        else
            _changes[mark.Key] = mark.Value;
        return false;
    }

    /// <summary>A mark that went.</summary>
    public void PassDeletedMark(FormatMark mark)
    {
        _old[mark.Key] = mark.Value;
        var current = _current[mark.Key];
        if (JavaScript.AreEqualAttributes(current, mark.Value))
            return;
        if (_kind == Kind.Retain)
            Pack();
        _changes[mark.Key] = current;
    }

    /// <summary>A mark that was there and is; answers whether it changes nothing any more.</summary>
    public bool PassKnownMark(FormatMark mark)
    {
        _old[mark.Key] = mark.Value;
        if (!_changes.Has(mark.Key))
            return false;
        var change = _changes[mark.Key];
        if (JavaScript.AreEqualAttributes(change, mark.Value))
            return change is not null;
        if (_kind == Kind.Retain)
            Pack();
        if (mark.Value is null)
            _changes.Remove(mark.Key);
        else
            _changes[mark.Key] = mark.Value;
        return false;
    }

    /// <summary>A mark that is in force from here on.</summary>
    public void PassLiveMark(FormatMark mark)
    {
        if (_kind == Kind.Insert)
            Pack();
        _current.Pass(mark.Key, mark.Value);
    }

    /// <summary>The steps, without those at the end that only pass what stays.</summary>
    public List<DeltaOp> Finish()
    {
        Pack();
        while (_delta.Count > 0 && _delta[^1] is { RetainCount: > 0, Attributes: null })
            _delta.RemoveAt(_delta.Count - 1);
        return _delta;
    }

    private void Begin(Kind kind)
    {
        if (_kind == kind)
            return;
        Pack();
        _kind = kind;
    }

    private void Pack()
    {
        switch (_kind)
        {
            case Kind.Insert when _text.Length > 0:
                _delta.Add(DeltaOp.Insert(_text.ToString(), _current.Count > 0 ? _current.ToObject() : null));
                break;
            case Kind.Retain when _length > 0:
                _delta.Add(DeltaOp.Retain(_length, _changes.Count > 0 ? _changes.ToObject() : null));
                break;
            case Kind.Delete when _length > 0:
                _delta.Add(DeltaOp.Delete(_length));
                break;
        }
        _text.Clear();
        _length = 0;
        _kind = Kind.None;
    }
}
