using System.Threading.Channels;
using Coterie.Server.Runs.Languages;

namespace Coterie.Server.Runs;

/// <summary>What holds programs of strangers. It exists only after it was seen to hold.</summary>
public interface ISandbox : IDisposable
{
    /// <summary>What holds a run, in words.</summary>
    string Protections { get; }

    /// <summary>Why programs in this language do not run in it, and the remedy; null where they do.</summary>
    string? Missing(Language language);

    /// <summary>Starts a run; null while every slot is taken. The files have to be well, by <see cref="RunFiles.Problem"/>.</summary>
    ISandboxedRun? TryStart(SandboxOrder order);
}

/// <summary>One run, from its files to its outcome. Any thread.</summary>
public interface ISandboxedRun
{
    ChannelReader<SandboxEvent> Events { get; }

    /// <summary>As typed in its terminal. False where it has none, or more than a megabyte waits to be read.</summary>
    bool Type(ReadOnlyMemory<byte> bytes);

    /// <summary>The terminal's new size.</summary>
    void Resize(TerminalSize size);

    /// <summary>Ends all of it at once; the outcome follows.</summary>
    void Stop();
}
