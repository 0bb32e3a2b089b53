namespace Coterie.Bench.Hub.Wire;

/// <summary>The y-sync messages that both peers speak: step 1 (a state vector), step 2 (what was missing), update.</summary>
internal static class YSync
{
    public const byte Message = 0;
    public const byte Step1 = 0;
    public const byte Step2 = 1;
    public const byte Update = 2;

    /// <summary>The state vector of an empty document, with its length before it.</summary>
    public static ReadOnlySpan<byte> NothingYet => [1, 0];

    public static void WriteKey(scoped ref Lib0Writer to, int author, int keystroke)
    {
        var update = new Lib0Writer(stackalloc byte[YUpdate.MostBytes]);
        YUpdate.WriteKey(ref update, author, keystroke);
        to.Byte(Update);
        to.Bytes(update.Written);
    }

    /// <summary>Tells the tally what the message brings, and says which message it was.</summary>
    public static uint Read(ref Lib0Reader reader, Tally tally, long now)
    {
        var kind = reader.VarUint();
        if (kind != Step1)
            YUpdate.Read(reader.Bytes(), tally, now);
        return kind;
    }
}
