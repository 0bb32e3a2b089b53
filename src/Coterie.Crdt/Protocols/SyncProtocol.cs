using System.Buffers;
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
        return Message(SyncMessage.Step1, doc.StateVector.Encode());
    }

    /// <summary>Writes <see cref="Step1(YDoc)"/> behind what is in a buffer.</summary>
    public static void Step1(YDoc doc, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(doc);
        ArgumentNullException.ThrowIfNull(output);
        Write(SyncMessage.Step1, doc.StateVector.Encode(), output);
    }

    /// <summary>What a document holds beyond an encoded state vector.</summary>
    /// <exception cref="InvalidUpdateException">It is no state vector.</exception>
    public static byte[] Step2(YDoc doc, ReadOnlySpan<byte> known)
    {
        ArgumentNullException.ThrowIfNull(doc);
        return Message(SyncMessage.Step2, doc.State(known, out _));
    }

    /// <summary>Writes <see cref="Step2(YDoc, ReadOnlySpan{byte})"/> behind what is in a buffer.</summary>
    /// <exception cref="InvalidUpdateException">It is no state vector; nothing was written.</exception>
    public static void Step2(YDoc doc, ReadOnlySpan<byte> known, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(doc);
        ArgumentNullException.ThrowIfNull(output);
        Write(SyncMessage.Step2, doc.State(known, out _), output);
    }

    /// <summary>Tells a change.</summary>
    public static byte[] Update(ReadOnlySpan<byte> update) => Message(SyncMessage.Update, update);

    /// <summary>Writes <see cref="Update(ReadOnlySpan{byte})"/> behind what is in a buffer.</summary>
    public static void Update(ReadOnlySpan<byte> update, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        Write(SyncMessage.Update, update, output);
    }

    /// <summary>Takes a message in; answers what to send back, or null.</summary>
    /// <exception cref="InvalidUpdateException">It is none; the document is as it was.</exception>
    public static byte[]? Receive(YDoc doc, ReadOnlySpan<byte> message, object? origin = null)
    {
        ArgumentNullException.ThrowIfNull(doc);
        var kind = Read(message, out var content);
        if (kind == SyncMessage.Step1)
            return Step2(doc, content);
        doc.ApplyUpdate(content, origin);
        return null;
    }

    /// <summary>Takes a message in; writes what to send back behind what is in a buffer, and answers whether there was something.</summary>
    /// <exception cref="InvalidUpdateException">It is none; the document is as it was and nothing was written.</exception>
    public static bool Receive(YDoc doc, ReadOnlySpan<byte> message, IBufferWriter<byte> reply, object? origin = null)
    {
        ArgumentNullException.ThrowIfNull(doc);
        ArgumentNullException.ThrowIfNull(reply);
        var kind = Read(message, out var content);
        if (kind == SyncMessage.Step1)
            Step2(doc, content, reply);
        else
            doc.ApplyUpdate(content, origin);
        return kind == SyncMessage.Step1;
    }

    /// <summary>The kind of a message and what it carries: for <see cref="SyncMessage.Step1"/> a state vector, else an update.</summary>
    /// <exception cref="InvalidUpdateException">It is none. What it carries is not looked at.</exception>
    public static SyncMessage Read(ReadOnlySpan<byte> message, out ReadOnlySpan<byte> content)
    {
        var reader = new ByteReader(message);
        var kind = (SyncMessage)reader.Small((int)SyncMessage.Update, "a message of unknown kind");
        content = reader.VarBytes();
        return reader.IsAtEnd ? kind : throw reader.Wrong("bytes behind the message");
    }

    private static byte[] Message(SyncMessage kind, ReadOnlySpan<byte> content)
    {
        var bytes = new ByteWriter();
        bytes.VarUint((int)kind);
        bytes.VarBytes(content);
        return bytes.ToArray();
    }

    private static void Write(SyncMessage kind, ReadOnlySpan<byte> content, IBufferWriter<byte> output)
    {
        var head = new ByteWriter();
        head.VarUint((int)kind);
        head.VarUint(content.Length);
        head.CopyTo(output);
        output.Write(content);
    }
}
