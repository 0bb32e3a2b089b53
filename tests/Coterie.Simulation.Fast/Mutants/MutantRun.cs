using System.Diagnostics;

namespace Coterie.Simulation.Mutants;

/// <summary>
/// Plants the bugs of the list into a copy of the sources, builds it once, and runs the simulator with each of them awake: with each move
/// alone that is to find it, which has to fail, and, unless others may find it, with all moves but those, which has to hold.
/// </summary>
internal sealed class MutantRun(string root) : IDisposable
{
    private const int SeedsToFind = 600;
    private const int SeedsToHold = 100;
    private const string Project = "tests/Coterie.Simulation.Fast";
    private readonly string copy = Directory.CreateTempSubdirectory("coterie-mutants-").FullName;

    /// <summary>The faults; none where every bug was found by each of its moves, and by no others that may not.</summary>
    public List<string> Run(IReadOnlyList<Mutant> mutants)
    {
        Copy();
        Plant(mutants);
        Must("dotnet", $"build -c Release -v q -nologo {Path.Combine(copy, Project)}");
        var faults = new List<string>();
        foreach (var mutant in mutants)
        {
            var began = Stopwatch.GetTimestamp();
            var wrong = Try(mutant).ToList();
            var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
            Console.WriteLine($"{(wrong.Count == 0 ? "found" : "NOT SO"), -8} {mutant.Name} ({seconds:0} s)");
            foreach (var fault in wrong)
                Console.WriteLine($"         {fault}");
            faults.AddRange(wrong);
        }
        return faults;
    }

    public void Dispose() => Directory.Delete(copy, recursive: true);

    private IEnumerable<string> Try(Mutant mutant)
    {
        if (mutant.By.Length == 0 && Simulate(mutant, SeedsToFind, "--honest", "yes") is null)
            yield return "an honest server's room does not find it";
        foreach (var move in mutant.By)
        {
            if (Simulate(mutant, SeedsToFind, "--only", move) is null)
                yield return $"{move} does not find it";
        }
        if (mutant.ByOthers)
            yield break;
        if (Simulate(mutant, SeedsToHold, "--without", string.Join(',', mutant.By)) is { } other)
            yield return $"others find it, too: {other}";
    }

    /// <summary>What failed; null: nothing did.</summary>
    private string? Simulate(Mutant mutant, int seeds, string option, string moves)
    {
        var program = Path.Combine(copy, Project, "bin/Release/net10.0/Coterie.Simulation.Fast.dll");
        var (code, said) = Start("dotnet", program, "--plant", mutant.Name, "--seeds", $"{seeds}", option, moves);
        if (code == 0)
            return null;
        var lines = said.Split('\n');
        var made = lines.Where(line => line.EndsWith('!')).Select(line => line.Trim()).TakeLast(4);
        return $"{lines.FirstOrDefault(line => line.StartsWith("seed ", StringComparison.Ordinal))} (behind {string.Join(' ', made)})";
    }

    private void Plant(IReadOnlyList<Mutant> mutants)
    {
        foreach (var mutant in mutants)
        foreach (var (file, old, instead) in mutant.Edits)
        {
            var path = Path.Combine(copy, file);
            var text = File.ReadAllText(path);
            var count = text.Split(old).Length - 1;
            if (count != 1)
                throw new SimulationException($"{mutant.Name}: what it changes stands in {file} {count} times.");
            var awake = $"global::Coterie.Simulation.Mutants.Switch.Is(\"{mutant.Name}\")";
            File.WriteAllText(
                path,
                text.Replace(old, instead.Replace("BUG", awake, StringComparison.Ordinal), StringComparison.Ordinal)
            );
        }
    }

    private void Copy()
    {
        foreach (var file in Directory.EnumerateFiles(root))
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        string[] folders =
        [
            "src/Coterie.Protocol",
            "src/Coterie.Hub",
            "src/Coterie.Client",
            "tests/Coterie.Simulation",
            Project,
            "tests/Coterie.Protocol.Tests/Worlds",
        ];
        foreach (var folder in folders)
        foreach (var file in Directory.EnumerateFiles(Path.Combine(root, folder), "*", SearchOption.AllDirectories))
        {
            var relative = Path.GetRelativePath(root, file);
            if (relative.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"))
                continue;
            var target = Path.Combine(copy, relative);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    private static void Must(string program, string arguments)
    {
        var (code, said) = Start(program, arguments.Split(' '));
        if (code != 0)
            throw new SimulationException(said);
    }

    private static (int Code, string Said) Start(string program, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true }
        )!;
        process.BeginErrorReadLine();
        var said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, said);
    }
}
