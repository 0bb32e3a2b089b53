using System.Diagnostics;
using Coterie.Protocol.Tests.Worlds;

namespace Coterie.Protocol.Tests.Fuzz;

/// <summary>The TypeScript parsers as a program (clients/core/oracle). Questions are written ahead, answers come in their order.</summary>
internal sealed class Oracle : IDisposable
{
    private readonly Process node = Process.Start(
        new ProcessStartInfo("node", "clients/core/oracle/oracle.mjs")
        {
            WorkingDirectory = Repository.Root,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        }
    )!;

    public static bool IsThere => Directory.Exists(Path.Combine(Repository.Root, "node_modules", "rolldown"));

    /// <summary>Each question with both answers, in order.</summary>
    public async IAsyncEnumerable<(T Question, string Theirs)> AskAsync<T>(
        IEnumerable<T> questions,
        Func<T, (string Kind, byte[] Bytes)> bytesOf
    )
    {
        var asked = System.Threading.Channels.Channel.CreateBounded<T>(1_000);
        var writing = Task.Run(async () =>
        {
            try
            {
                foreach (var question in questions)
                {
                    var (kind, bytes) = bytesOf(question);
                    await node.StandardInput.WriteLineAsync($"{kind} {Convert.ToHexStringLower(bytes)}");
                    if (!asked.Writer.TryWrite(question))
                    {
                        await node.StandardInput.FlushAsync();
                        await asked.Writer.WriteAsync(question);
                    }
                }
                node.StandardInput.Close();
            }
            finally
            {
                asked.Writer.Complete();
            }
        });
        await foreach (var question in asked.Reader.ReadAllAsync())
            yield return (question, await node.StandardOutput.ReadLineAsync() ?? "nothing: the oracle ended");
        await writing;
        await node.WaitForExitAsync();
        Assert.Equal(0, node.ExitCode);
    }

    public void Dispose()
    {
        if (!node.HasExited)
            node.Kill();
        node.Dispose();
    }
}
