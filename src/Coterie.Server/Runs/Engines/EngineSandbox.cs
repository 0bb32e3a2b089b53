using System.Collections.Concurrent;
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
    private const int Removals = 50;
    private static readonly TimeSpan RemoveAgain = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentStack<uint> _free = new();
    private readonly RunEngine _engine;
    private readonly string _seccomp;
    private readonly Dictionary<string, HashSet<string>> _lacks = new(StringComparer.Ordinal); // ids, by image
    private bool _changesMemory = true;

    private EngineSandbox(RunEngine engine, string seccomp, int slots)
    {
        Engine = new ContainerEngine(engine.Socket);
        (_engine, _seccomp, Seccomp) = (engine, seccomp, seccomp);
        for (var nth = slots - 1; nth >= 0; nth--)
            _free.Push(FirstUser + (uint)nth);
    }

    internal ContainerEngine Engine { get; }
    internal string Instance => _engine.Instance;

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
        var sandbox = new EngineSandbox(engine, SeccompProfile.Of(table), slots);
        string? problem;
        try
        {
            problem = await sandbox.ProblemAsync();
        }
        catch (EngineException refused)
        {
            problem = refused.Status is null
                ? $"No container engine answers at {engine.Socket}: {refused.Message} Start it (systemctl start podman.socket, or docker), let this user use the socket, or name another with --run-engine."
                : $"The container engine refuses: {refused.Message} Programs do not run here.";
        }
        if (problem is null)
            return (sandbox, null);
        sandbox.Dispose();
        return (null, problem);
    }

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

    /// <summary>Fewer bytes than before; what is over them already is seen by whoever watches the run.</summary>
    internal async Task LimitMemoryAsync(string container, long bytes, CancellationToken cancelled)
    {
        if (!_changesMemory)
            return;
        var limit = new JsonObject { ["Memory"] = bytes, ["MemorySwap"] = bytes };
        try
        {
            await Engine.AskAsync(HttpMethod.Post, $"containers/{container}/update", limit, cancelled);
        }
        catch (EngineException refused)
        {
            if (
                refused.Status
                is HttpStatusCode.NotFound
                    or HttpStatusCode.MethodNotAllowed
                    or HttpStatusCode.NotImplemented
            )
                _changesMemory = false; // podman before version 5
        }
    }

    /// <summary>All of it, whatever still runs in it.</summary>
    internal async Task RemoveAsync(string container)
    {
        for (var nth = 0; nth < Removals; nth++)
        {
            try
            {
                await Engine.AskAsync(HttpMethod.Delete, $"containers/{container}?force=true&v=true");
            }
            catch (EngineException gone) when (gone.Status == HttpStatusCode.NotFound)
            {
                return;
            }
            catch (EngineException)
            {
                await Task.Delay(RemoveAgain); // it is being removed at that moment, or the engine is busy
            }
        }
    }

    private async Task<string?> ProblemAsync()
    {
        var about = await Engine.AskAsync(HttpMethod.Get, "version");
        var name = (string?)about?["Components"]?[0]?["Name"] ?? "container engine";
        if (name.Contains("podman", StringComparison.OrdinalIgnoreCase))
        {
            Seccomp = Path.Combine(Path.GetFullPath(_engine.Folder), "run-seccomp.json");
            PrivateFile.Write(Seccomp, Encoding.UTF8.GetBytes(_seccomp));
        }
        await SweepAsync();
        foreach (var image in _engine.Images.All)
            if (await ProblemOfAsync(image) is { } problem)
                return problem;
        Protections =
            $"a container each ({name} {(string?)about?["Version"]} at {_engine.Socket}): no network, read-only system, no capability, system call filter, a user of its own, limits of the engine"
            + (
                _changesMemory
                    ? ""
                    : "; behind a compiler, memory is looked at five times a second, which a program can outrun for a moment"
            );
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
    /// <summary>Of the server, the same at each start: the containers of one are never another's to remove.</summary>
    public string Instance { get; } =
        Convert.ToHexStringLower(
            SHA256
                .HashData(Encoding.UTF8.GetBytes(Environment.MachineName + '\n' + Path.GetFullPath(Folder)))
                .AsSpan(0, 8)
        );
}
