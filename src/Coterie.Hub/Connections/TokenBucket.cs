using System.Runtime.InteropServices;

namespace Coterie.Hub.Connections;

/// <summary>A rate with a burst. Not for several threads at once.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct TokenBucket(double perSecond, double burst)
{
    private double spent;
    private long last;

    /// <summary>Takes the tokens, into debt if it must, and says how long to wait until the debt is paid.</summary>
    public TimeSpan Take(double count, TimeProvider clock)
    {
        Fill(clock);
        spent += count;
        return spent <= burst ? TimeSpan.Zero : TimeSpan.FromSeconds((spent - burst) / perSecond);
    }

    /// <summary>Takes one token where there is one.</summary>
    public bool TryTake(TimeProvider clock)
    {
        Fill(clock);
        if (spent + 1 > burst)
        {
            return false;
        }
        spent++;
        return true;
    }

    public bool IsFull(TimeProvider clock)
    {
        Fill(clock);
        return spent <= 0;
    }

    private void Fill(TimeProvider clock)
    {
        var now = clock.GetTimestamp();
        if (last != 0)
        {
            spent = Math.Max(0, spent - clock.GetElapsedTime(last, now).TotalSeconds * perSecond);
        }
        last = now;
    }
}
