using Coterie.Crdt.Bytes;

namespace Coterie.Crdt;

/// <summary>The messages of the sync protocol.</summary>
public enum SyncMessage
{
    /// <summary>"This is what I know": a state vector. The answer is <see cref="Step2"/>.</summary>
    Step1 = 0,

    /// <summary>What the other did not know.</summary>
    Step2 = 1,

    /// <summary>A change that was just made.</summary>
    Update = 2,
}

/// <summary>
/// How two copies become equal, as in y-protocols: each says what it knows, each answers with what the other lacks, and from
/// then on each tells its changes.
/// </summary>
public static class SyncProtocol
{
    /// <summary>Says what a document knows.</summary>
    public static byte[] Step1(YDoc doc)
    {
        ArgumentNullException.ThrowIfNull(doc);
        return Write(SyncMessage.Step1, doc.StateVector.Encode());
    }

    /// <summary>What a document holds beyond an encoded state vector.</summary>
    /// <exception cref="InvalidUpdateException">It is no state vector.</exception>
    public static byte[] Step2(YDoc doc, ReadOnlySpan<byte> known)
    {
        ArgumentNullException.ThrowIfNull(doc);
        return Write(SyncMessage.Step2, doc.EncodeStateAsUpdate(known));
    }

    /// <summary>Tells a change.</summary>
    public static byte[] Update(ReadOnlySpan<byte> update) => Write(SyncMessage.Update, update);

    /// <summary>Takes a message in; answers what to send back, or null.</summary>
    /// <exception cref="InvalidUpdateException">It is none; the document is as it was.</exception>
    public static byte[]? Receive(YDoc doc, ReadOnlySpan<byte> message, object? origin = null)
    {
        ArgumentNullException.ThrowIfNull(doc);
        var reader = new ByteReader(message);
        var kind = (SyncMessage)reader.Small((int)SyncMessage.Update, "a message of unknown kind");
        var content = reader.VarBytes();
        if (!reader.IsAtEnd)
            throw reader.Wrong("bytes behind the message");
        if (kind == SyncMessage.Step1)
            return Step2(doc, content);
        doc.ApplyUpdate(content, origin);
        return null;
    }

    private static byte[] Write(SyncMessage kind, ReadOnlySpan<byte> content)
    {
        var bytes = new ByteWriter();
        bytes.VarUint((int)kind);
        bytes.VarBytes(content);
        return bytes.ToArray();
    }
}
