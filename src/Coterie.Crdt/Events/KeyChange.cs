namespace Coterie.Crdt;

/// <summary>What became of a key.</summary>
public enum KeyAction
{
    /// <summary>It had no value and has one.</summary>
    Add,

    /// <summary>It has another value.</summary>
    Update,

    /// <summary>It has none any more.</summary>
    Delete,
}

/// <summary>What became of a key, and the value it had before; null when it had none.</summary>
public readonly record struct KeyChange(KeyAction Action, object? OldValue);
