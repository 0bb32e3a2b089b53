using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Coterie.Protocol.Runs;
using Coterie.Server.Runs.Languages;
using Coterie.Server.Runs.Sandboxes;

namespace Coterie.Server.Runs.Engines;

/// <summary>Where programs run as the operator's container engine holds them: each in a container of its own.</summary>
public sealed class EngineSandbox : ISandbox
{
    /// <summary>Within the 65,536 ids that engines without root have, and above those that people are given.</summary>
    private const uint FirstUser = 53_000;
    private const uint Users = 12_000;
    private static readonly TimeSpan RemoveAgain = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan RemoveFor = TimeSpan.FromMinutes(3); // what is left then goes at the next start

    private readonly ConcurrentStack<uint> _free = new();
    private readonly RunEngine _engine;
    private readonly string _seccomp;
    private bool _isPodman;
    private readonly Dictionary<string, HashSet<string>> _lacks = new(StringComparer.Ordinal); // ids, by image
    private string _memoryOf = ""; // before the path by which a container's memory is changed

    private EngineSandbox(RunEngine engine, string instance, string seccomp, int slots)
    {
        Engine = new ContainerEngine(engine.Socket, engine.Patience);
        (_engine, Instance, _seccomp, Seccomp) = (engine, instance, seccomp, seccomp);
        // A user's processes are counted over all containers: two servers of one engine have users of their own.
        var first = FirstUser + (Convert.ToUInt32(instance[..8], 16) % (Users - (uint)slots));
        for (var nth = slots - 1; nth >= 0; nth--)
            _free.Push(first + (uint)nth);
    }

    internal ContainerEngine Engine { get; }
    internal string Instance { get; }

    /// <summary>The profile, or the path of its file: podman takes nothing else.</summary>
    internal string Seccomp { get; private set; }

    public string Protections { get; private set; } = "";

    /// <summary>Makes one and tries it.</summary>
    /// <param name="slots">Runs at once.</param>
    public static async Task<(EngineSandbox? Sandbox, string? Problem)> OpenAsync(int slots, RunEngine engine)
    {
        if (SyscallTable.OfThisMachine is not { } table)
            return (
                null,
                "Programs run on x64 and arm64 only: the system calls of other processors are not known here."
            );
        EngineSandbox? sandbox = null;
        string? problem;
        try
        {
            sandbox = new EngineSandbox(engine, engine.Instance(), SeccompProfile.Of(table), slots);
            problem = await sandbox.ProblemAsync();
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            problem = $"What the container engine is told cannot be kept in {engine.Folder}: {failed.Message}";
        }
        catch (EngineException refused)
        {
            problem = refused.Status is null
                ? $"No container engine answers at {engine.Socket}: {WhyNot(engine, refused)}. Start it (systemctl start podman.socket, or docker), let this user use the socket, or name another with --run-engine."
                : $"The container engine refuses: {refused.Message} Programs do not run here.";
        }
        if (problem is null)
            return (sandbox, null);
        sandbox?.Dispose();
        return (null, problem);
    }

    private static string WhyNot(RunEngine engine, EngineException refused) =>
        File.Exists(engine.Socket) ? refused.GetBaseException().Message.TrimEnd('.') : "there is no such socket";

    public string? Missing(Language language) =>
        _engine.Images.Of(language.Id) is not { } image
            ? $"{language.Name} has no image here. The operator can name one: --run-images {language.Id}=NAME"
        : _lacks[image].Contains(language.Id)
            ? $"{language.Name} is not in the image {image}. On Debian, add it there: {Toolchain.InstallOf(language)}"
        : null;

    public ISandboxedRun? TryStart(SandboxOrder order) =>
        TryStart(
            order,
            _engine.Images.Of(order.Language)
                ?? throw new ArgumentException("That language has no image.", nameof(order))
        );

    public void Dispose() => Engine.Dispose();

    internal ISandboxedRun? TryStart(SandboxOrder order, string image)
    {
        if (!_free.TryPop(out var user))
            return null;
        return EngineRun.Start(this, order, image, user, () => _free.Push(user));
    }

    /// <summary>Fewer bytes than before.</summary>
    /// <returns>False where it holds more already, and not of what the kernel may drop.</returns>
    internal async Task<bool> LimitMemoryAsync(string container, long bytes, CancellationToken cancelled)
    {
        var limit =
            _memoryOf.Length == 0
                ? new JsonObject { ["Memory"] = bytes, ["MemorySwap"] = bytes }
                : new JsonObject
                {
                    ["memory"] = new JsonObject { ["limit"] = bytes, ["swap"] = bytes },
                };
        try
        {
            await Engine.AskAsync(HttpMethod.Post, $"{_memoryOf}containers/{container}/update", limit, cancelled);
            return true;
        }
        catch (EngineException refused)
            when (refused.Status == HttpStatusCode.NotFound && _memoryOf.Length == 0 && _isPodman)
        {
            _memoryOf = ContainerEngine.Podman; // before version 5 it changes memory by its own API alone
            return await LimitMemoryAsync(container, bytes, cancelled);
        }
        catch (EngineException full)
            when (full.Message.Contains("busy", StringComparison.Ordinal)
                || full.Message.Contains("current usage", StringComparison.Ordinal)
            )
        {
            return false; // version 1 of control groups says so; in version 2 the run is ended
        }
    }

    /// <summary>All of it, whatever still runs in it.</summary>
    /// <param name="mayComeYet">The engine was told to make it, and did not answer.</param>
    internal async Task RemoveAsync(string container, bool mayComeYet = false)
    {
        var begun = Stopwatch.GetTimestamp();
        for (var asked = 0; Stopwatch.GetElapsedTime(begun) is var waited && waited < RemoveFor; asked++)
        {
            if (asked > 1) // the first time, and whether it is gone: at once
                await Task.Delay(RemoveAgain);
            try
            {
                await Engine.AskAsync(HttpMethod.Delete, $"containers/{container}?force=true&v=true");
                mayComeYet = false;
            }
            catch (EngineException gone) when (gone.Status == HttpStatusCode.NotFound)
            {
                if (!mayComeYet || waited > Engine.Patience)
                    return;
            }
            catch (EngineException)
            {
                // it is being removed at that moment, or the engine is busy
            }
        }
    }

    private async Task<string?> ProblemAsync()
    {
        var about = await Engine.AskAsync(HttpMethod.Get, "version");
        var name = (string?)about?["Components"]?[0]?["Name"] ?? "container engine";
        if (name.Contains("podman", StringComparison.OrdinalIgnoreCase))
        {
            _isPodman = true;
            Seccomp = Path.Combine(Path.GetFullPath(_engine.Folder), "run-seccomp.json");
            PrivateFile.Write(Seccomp, Encoding.UTF8.GetBytes(_seccomp));
        }
        await SweepAsync();
        foreach (var image in _engine.Images.All)
            if (await ProblemOfAsync(image) is { } problem)
                return problem;
        Protections =
            $"a container each ({name} {(string?)about?["Version"]} at {_engine.Socket}): no network, read-only system, no capability, system call filter, a user of its own, limits of the engine";
        return null;
    }

    private async Task<string?> ProblemOfAsync(string image)
    {
        try
        {
            await Engine.AskAsync(HttpMethod.Get, $"images/{image}/json");
        }
        catch (EngineException missing) when (missing.Status == HttpStatusCode.NotFound)
        {
            return $"The container engine has no image {image}. Make it (podman build -t {image} -f tools/languages.Dockerfile), pull it, or name another with --run-images.";
        }
        var languages = LanguageList.Shipped.All.Where(one => _engine.Images.Of(one.Id) == image).ToList();
        if (await SandboxCheck.ProblemAsync(order => TryStart(order, image)!, image) is { } problem)
            return problem;
        var look = new SandboxOrder
        {
            Files = [new RunFile("look.sh", Encoding.UTF8.GetBytes(LookFor(languages)))],
            Run = ["sh", "look.sh"],
        };
        var (outcome, said, _, _) = await FinishedRun.OfAsync(TryStart(look, image)!);
        if (outcome is not { End: RunEnd.Exited, ExitCode: 0 })
            return $"What is in the image {image} cannot be looked at ({outcome.End}): {said.Trim()}";
        _lacks[image] = [.. said.Split('\n', StringSplitOptions.RemoveEmptyEntries)];
        return null;
    }

    /// <summary>A script that says the ids of languages that lack something.</summary>
    private static string LookFor(IEnumerable<Language> languages)
    {
        var script = new StringBuilder(
            "program() { command -v \"$1\" >/dev/null; }\nfile() { for one in \"$@\"; do [ -e \"$one\" ] && return; done; return 1; }\n"
        );
        foreach (var language in languages)
        {
            // A need is a name, or a path in which one folder may be *.
            var needs = language.Needs.Select(need =>
                (need.Contains('/', StringComparison.Ordinal) ? "file " : "program ") + need
            );
            script
                .Append('{')
                .Append(' ')
                .AppendJoin(" && ", needs)
                .Append("; } || echo ")
                .Append(language.Id)
                .Append('\n');
        }
        return script.ToString();
    }

    /// <summary>Removes what a start of this server before left behind: it was killed, and so was what it ran.</summary>
    private async Task SweepAsync()
    {
        var filter = new JsonObject { ["label"] = new JsonArray($"{Container.Label}={Instance}") };
        var left = await Engine.AskAsync(
            HttpMethod.Get,
            "containers/json?all=true&filters=" + Uri.EscapeDataString(filter.ToJsonString())
        );
        foreach (var container in left?.AsArray() ?? [])
            await RemoveAsync((string)container!["Id"]!);
    }
}

/// <summary>The container engine that an operator names.</summary>
/// <param name="Socket">The path of its socket.</param>
/// <param name="Folder">The server's own: what it keeps there is for the engine to read.</param>
public sealed record RunEngine(string Socket, RunImages Images, string Folder)
{
    private const int InstanceLetters = 32;

    /// <summary>With one answer of the engine's.</summary>
    internal TimeSpan Patience { get; init; } = ContainerEngine.UsualPatience;

    /// <summary>
    /// Of the server, the same at each start and never another's, however much their names and folders are alike: the containers of one are not
    /// another's to remove. Kept in the folder.
    /// </summary>
    internal string Instance()
    {
        var file = Path.Combine(Folder, "run-instance");
        if (
            File.Exists(file)
            && File.ReadAllText(file) is { Length: InstanceLetters } known
            && known.All(char.IsAsciiHexDigitLower)
        )
            return known;
        var drawn = RandomNumberGenerator.GetHexString(InstanceLetters, lowercase: true);
        PrivateFile.Write(file, Encoding.ASCII.GetBytes(drawn));
        return drawn;
    }
}
