namespace Coterie.Crdt.Tests;

/// <summary>A document that two threads use at once says so; one that goes from thread to thread does not mind.</summary>
public sealed class ThreadTests
{
    private readonly YDoc _doc = new();

    public ThreadTests() => _doc.GetText("t").Insert(0, "text");

    public static TheoryData<string> Uses => [.. Actions.Keys];

    private static readonly Dictionary<string, Action<YDoc>> Actions = new(StringComparer.Ordinal)
    {
        ["type"] = static doc => doc.GetText("t").Insert(0, "x"),
        ["transact"] = static doc => doc.Transact(static _ => { }),
        ["read"] = static doc => _ = doc.GetText("t").ToString(),
        ["apply"] = static doc => doc.ApplyUpdate([0, 0]),
        ["apply v2"] = static doc => doc.ApplyUpdateV2(Update.ToV2([0, 0])),
        ["encode"] = static doc => doc.EncodeStateAsUpdate(),
        ["encode v2"] = static doc => doc.EncodeStateAsUpdateV2(),
        ["state vector"] = static doc => _ = doc.StateVector,
        ["snapshot"] = static doc => Snapshot.Of(doc),
        ["position"] = static doc => RelativePosition.At(doc.GetText("t"), 1),
        ["place of a position"] = static doc => new RelativePosition(null, "t", null, 0).In(doc),
        ["subdocuments"] = static doc => _ = doc.Subdocs,
        ["client id"] = static doc => doc.ClientId = 7,
        ["what waits"] = static doc => _ = doc.HasPendingStructs || doc.HasPendingDeletes,
        ["invariants"] = static doc => doc.CheckInvariants(),
    };

    [Fact]
    public void These_tests_check_threads() => Assert.True(ThreadCheck.IsOn);

    [Theory]
    [MemberData(nameof(Uses))]
    public void Who_comes_while_another_thread_changes_gets_an_error_and_the_other_goes_on(string use)
    {
        Exception? error = null;
        _doc.Transact(_ =>
        {
            _doc.GetText("t").Insert(0, "first ");
            error = Elsewhere(Actions[use]);
            _doc.GetText("t").Insert(0, "at ");
        });
        var refused = Assert.IsType<InvalidOperationException>(error);
        Assert.Contains("one thread at a time", refused.Message, StringComparison.Ordinal);
        Assert.Equal("at first text", _doc.GetText("t").ToString());
        _doc.CheckInvariants();
        Assert.Null(Elsewhere(Actions[use]));
    }

    [Theory]
    [MemberData(nameof(Uses))]
    public void Whoever_comes_while_observers_hear_gets_an_error_too(string use)
    {
        var errors = new List<Exception?>();
        _doc.Updated += (_, _) => errors.Add(Elsewhere(Actions[use]));
        _doc.GetText("t").Insert(4, "!");
        _doc.GetText("t").Delete(0, 1);
        Assert.All(errors, static error => Assert.IsType<InvalidOperationException>(error));
        Assert.Equal(2, errors.Count);
    }

    [Fact]
    public void What_hangs_on_a_document_is_its_threads_too()
    {
        var (text, users) = (_doc.GetText("t"), new PermanentUserData(_doc));
        var awareness = new Awareness(_doc);
        var word = awareness.Encode(awareness.Client);
        Action<YDoc>[] uses =
        [
            each => _ = text.IsDeleted,
            each => users.UserOf(1),
            each => users.DeleterOf(new StructId(1, 0)),
            each => awareness.Set(null),
            each => awareness.Remove([1]),
            each => awareness.CheckTime(),
            each => awareness.Apply(word),
            each => awareness.Encode(awareness.Client),
            each => awareness.ClockOf(awareness.Client),
            each => _ = awareness.States,
        ];
        var errors = new List<Exception?>();
        void Hear(AwarenessChange change, object? origin) => errors.AddRange(uses.Select(Elsewhere));
        awareness.Updated += Hear;
        awareness.Set(new ValueObject());
        awareness.Updated -= Hear;
        _doc.Transact(_ => errors.AddRange(uses.Select(Elsewhere)));
        Assert.Equal(2 * uses.Length, errors.Count);
        Assert.All(errors, static error => Assert.IsType<InvalidOperationException>(error));
        Assert.All(uses.Select(Elsewhere), static error => Assert.Null(error));
    }

    [Fact]
    public void A_document_may_go_from_thread_to_thread()
    {
        foreach (var use in Actions.Values.Concat(Actions.Values))
            Assert.Null(Elsewhere(use));
        Assert.Equal("xxtext", _doc.GetText("t").ToString());
        _doc.CheckInvariants();
    }

    [Fact]
    public void An_error_leaves_the_document_free()
    {
        Assert.Throws<InvalidUpdateException>(() => _doc.ApplyUpdate([1, 1]));
        Assert.Throws<InvalidUpdateException>(() => _doc.EncodeStateAsUpdate([1]));
        Assert.Throws<ArithmeticException>(() => _doc.Transact(static _ => throw new ArithmeticException()));
        void Fail(byte[] update, Transaction transaction) => throw new ArithmeticException();
        _doc.Updated += Fail;
        Assert.Throws<ArithmeticException>(() => _doc.GetText("t").Insert(4, "!"));
        Assert.Throws<ArithmeticException>(() => _doc.GetText("t").Insert(0, "!"));
        _doc.Updated -= Fail;
        IsFree("!text!");
    }

    [Fact]
    public void A_handler_that_throws_before_a_transaction_ends_it()
    {
        static void Fail(Transaction transaction) => throw new ArithmeticException();
        _doc.BeforeTransaction += Fail;
        Assert.Throws<ArithmeticException>(() => _doc.GetText("t").Insert(0, "x"));
        _doc.BeforeTransaction -= Fail;
        var updates = 0;
        _doc.Updated += (_, _) => updates++;
        _doc.GetText("t").Insert(0, "y");
        Assert.Equal(1, updates);
        IsFree("ytext");
    }

    private void IsFree(string text)
    {
        Assert.Null(Elsewhere(static doc => doc.GetText("t").Insert(0, "z")));
        Assert.Equal("z" + text, _doc.GetText("t").ToString());
        _doc.CheckInvariants();
    }

    /// <summary>What comes of a use on another thread: an error, or null.</summary>
    private Exception? Elsewhere(Action<YDoc> use)
    {
        Exception? error = null;
        var thread = new Thread(() => error = Record.Exception(() => use(_doc)));
        thread.Start();
        thread.Join();
        return error;
    }
}
