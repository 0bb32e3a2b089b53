using Coterie.Crdt.Structs;
using Coterie.Crdt.Types;

namespace Coterie.Crdt;

/// <summary>Who hears of what.</summary>
public sealed partial class YDoc
{
    /// <summary>A transaction begins.</summary>
    public event Action<Transaction>? BeforeTransaction;

    /// <summary>A transaction has ended: observers have heard of it, nothing deleted is forgotten yet.</summary>
    public event Action<Transaction>? AfterTransaction;

    private void Tell(Transaction transaction, ref List<Exception>? errors)
    {
        var hasMarks = false;
        foreach (var changed in transaction.Changed)
            hasMarks |= changed.Branch is { CleansMarks: true, Ref: TypeRef.Text or TypeRef.XmlText, IsDeleted: false };
        Guard(AfterTransaction, transaction, ref errors);
        if (hasMarks && !transaction.IsLocal)
            RichTextCleanup.After(transaction);
    }

    private static void Guard(Action<Transaction>? listeners, Transaction transaction, ref List<Exception>? errors)
    {
        try
        {
            listeners?.Invoke(transaction);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            (errors ??= []).Add(error);
        }
    }
}
