using Coterie.Crdt.Bytes;
using Coterie.Crdt.Updates;

namespace Coterie.Crdt;

/// <summary>
/// Who wrote what and who deleted what, kept in the document itself: a map with an entry for each user, which lists the client ids
/// that the user wrote with (<c>ids</c>, an array of numbers) and what they deleted (<c>ds</c>, an array of delete sets of format
/// v1). The same as PermanentUserData of Yjs; either reads what the other wrote.
/// </summary>
/// <remarks>
/// Anybody who can write the document can write anything into the map: it says who claims to have written, and proves nothing.
/// What is no user, client id or delete set is passed over. Where a user is noted, changes of the document take no short cuts.
/// </remarks>
public sealed class PermanentUserData : IDisposable
{
    private const string Ids = "ids";
    private const string Deletions = "ds";

    private readonly YDoc _doc;
    private readonly YMap _users;
    private readonly Dictionary<ulong, string> _clients = [];
    private readonly OrderedDictionary<string, DeleteSet> _deleted = new(StringComparer.Ordinal);

    /// <summary>Whose deletions are noted here: the entry that was written to last, and the filter.</summary>
    private readonly Dictionary<string, (YMap Entry, Func<Transaction, DeleteSet, bool> Filter)> _noted = new(
        StringComparer.Ordinal
    );
    private bool _isSorted = true;

    /// <summary>The users of a document.</summary>
    /// <param name="doc">The document.</param>
    /// <param name="users">Where they are kept. Null: the root map "users".</param>
    /// <exception cref="ArgumentException"><paramref name="users"/> is not part of the document.</exception>
    public PermanentUserData(YDoc doc, YMap? users = null)
    {
        ArgumentNullException.ThrowIfNull(doc);
        if (users is not null && users.Doc != doc)
            throw new ArgumentException("The map is not part of the document.", nameof(users));
        _doc = doc;
        _users = users ?? doc.GetMap("users");
        foreach (var (user, _) in _users)
            ReadUser(user);
        _users.ChangedDeep += Read;
    }

    /// <summary>
    /// Says that a client id is a user's, and from now on notes as the user's what this document deletes, each time in a
    /// transaction of its own behind the one that deletes. Both stay in the document for good.
    /// </summary>
    /// <param name="client">The client id, mostly that of the document.</param>
    /// <param name="user">What the user is called, in any form.</param>
    /// <param name="filter">Which local transactions delete in the user's name. Null: all.</param>
    public void SetUser(ulong client, string user, Func<Transaction, DeleteSet, bool>? filter = null)
    {
        ArgumentNullException.ThrowIfNull(user);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(client, Limits.MostClientId);
        if (_noted.Count == 0)
            _doc.AfterTransaction += NoteDeletions;
        _doc.Transact(_ =>
        {
            if (_users[user] is not YMap entry)
                _users[user] = entry = new YMap { [Ids] = new YArray(), [Deletions] = new YArray() };
            _noted[user] = (entry, filter ?? (static (_, _) => true));
            Push(entry, Ids, (double)client);
        });
    }

    /// <summary>Whose client id that is; null when nobody said so.</summary>
    public string? UserOf(ulong client)
    {
        _doc.CheckThread();
        return _clients.GetValueOrDefault(client);
    }

    /// <summary>Who deleted a unit; null when nobody said so. Of several the one who was heard of first.</summary>
    public string? DeleterOf(StructId id)
    {
        _doc.CheckThread();
        if (!_isSorted)
            foreach (var deleted in _deleted.Values)
                deleted.Sort();
        _isSorted = true;
        foreach (var (user, deleted) in _deleted)
            if (deleted.Contains(id.Client, id.Clock))
                return user;
        return null;
    }

    /// <summary>Hears and notes nothing more.</summary>
    public void Dispose()
    {
        _users.ChangedDeep -= Read;
        _doc.AfterTransaction -= NoteDeletions;
    }

    private void NoteDeletions(Transaction transaction)
    {
        if (!transaction.IsLocal || transaction.Deletes.Count == 0)
            return;
        var deleted = transaction.DeleteSet;
        foreach (var (entry, filter) in _noted.Values.ToList())
            if (filter(transaction, deleted))
                _doc.Afterwards(() => Push(entry, Deletions, Encode(deleted)));
    }

    private void Read(IReadOnlyList<YEvent> events, Transaction transaction)
    {
        foreach (var change in events)
            if (change.Target == _users)
                foreach (var user in change.Keys.Keys)
                {
                    ReadUser(user);
                    MoveOver(user);
                }
            else if (change.Path is [string user, string list])
                foreach (var step in change.Delta)
                    if (step is { IsInsert: true, Content: List<object?> values })
                        ReadList(user, list, values);
    }

    /// <summary>
    /// Of two who set one user at the same time one entry wins: who wrote to the other writes what is known again, into that one.
    /// </summary>
    private void MoveOver(string user)
    {
        if (!_noted.TryGetValue(user, out var noted) || _users[user] is not YMap entry || entry == noted.Entry)
            return;
        _noted[user] = noted with { Entry = entry };
        _doc.Afterwards(() =>
            _doc.Transact(_ =>
            {
                Push(
                    entry,
                    Ids,
                    [.. _clients.Where(each => each.Value == user).Select(each => (object?)(double)each.Key)]
                );
                if (_deleted.TryGetValue(user, out var deleted))
                {
                    deleted.Sort();
                    Push(entry, Deletions, Encode(deleted));
                }
            })
        );
    }

    private void ReadUser(string user)
    {
        if (_users[user] is not YMap entry)
            return;
        foreach (var list in (string[])[Ids, Deletions])
            if (entry[list] is YArray values)
                ReadList(user, list, values);
    }

    private void ReadList(string user, string list, IEnumerable<object?> values)
    {
        foreach (var value in values)
            if (list == Ids && value is double id and >= 0 and <= Limits.MostClientId && double.IsInteger(id))
                _clients[(ulong)id] = user;
            else if (list == Deletions && value is byte[] bytes)
                ReadDeletions(user, bytes);
    }

    private void ReadDeletions(string user, byte[] bytes)
    {
        try
        {
            var reader = new UpdateReaderV1(bytes);
            var read = DeleteSet.Read(ref reader, Limits.StructsIn(bytes.Length));
            if (!_deleted.TryGetValue(user, out var deleted))
                _deleted[user] = deleted = new DeleteSet();
            deleted.AddAll(read);
            _isSorted = false;
        }
        catch (InvalidUpdateException)
        {
            // Somebody else wrote it, and it is none.
        }
    }

    private static void Push(YMap entry, string list, params IEnumerable<object?> values)
    {
        if (!entry.IsDeleted && entry[list] is YArray array)
            array.Push(values);
    }

    private static byte[] Encode(DeleteSet deleted)
    {
        var bytes = new ByteWriter();
        deleted.Write(new UpdateWriterV1(bytes));
        return bytes.ToArray();
    }
}
