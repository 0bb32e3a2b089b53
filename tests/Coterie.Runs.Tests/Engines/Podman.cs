using System.Diagnostics;
using System.Formats.Tar;
using System.Text.Json.Nodes;
using Coterie.Server.Runs.Engines;

namespace Coterie.Runs.Tests.Engines;

/// <summary>A podman of the tests' own behind its socket, with an image whose programs are this machine's.</summary>
internal sealed class Podman : IAsyncDisposable
{
    public const string Image = "coterie-test";
    private const string Conf = """
        [containers]
        volumes = ["/usr:/usr:ro", "/etc/alternatives:/etc/alternatives:ro"]
        [engine]
        cgroup_manager = "cgroupfs"
        events_logger = "file"
        exit_command_delay = 1

        """;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("coterie-podman-");
    private Process? service;

    private Podman() => Asked = new ContainerEngine(Socket, ContainerEngine.UsualPatience);

    public string Socket => Path.Combine(folder.FullName, "podman.sock");

    /// <summary>For tests that look past the sandbox.</summary>
    public ContainerEngine Asked { get; }

    /// <summary>A place that is one server's.</summary>
    public string Folder(string name) => Directory.CreateDirectory(Path.Combine(folder.FullName, name)).FullName;

    public RunEngine Engine(string server, string images = Image) =>
        new(Socket, RunImages.Parse(images), Folder(server));

    /// <exception cref="InvalidOperationException">What is missing, or what it said.</exception>
    public static async Task<Podman> StartAsync()
    {
        var podman = new Podman();
        try
        {
            await podman.BeginAsync();
            return podman;
        }
        catch
        {
            await podman.DisposeAsync();
            throw;
        }
    }

    /// <param name="instance">Of one server; null: all there are.</param>
    public async Task<string[]> ContainersAsync(string? instance = null)
    {
        var filter = instance is null
            ? ""
            : "&filters=" + Uri.EscapeDataString($$"""{"label":["{{Container.Label}}={{instance}}"]}""");
        var all = await Asked.AskAsync(HttpMethod.Get, "containers/json?all=true" + filter);
        return [.. all!.AsArray().Select(one => (string)one!["Id"]!)];
    }

    public async ValueTask DisposeAsync()
    {
        Asked.Dispose();
        if (service is { } running)
        {
            running.Kill();
            await running.WaitForExitAsync();
            running.Dispose();
            using var reset = Start("system", "reset", "--force");
            await reset.WaitForExitAsync();
        }
        for (var tries = 0; ; tries++)
            try
            {
                folder.Delete(recursive: true);
                return;
            }
            catch (IOException) when (tries < 50)
            {
                await Task.Delay(100); // the last container's own process still writes there
            }
    }

    private async Task BeginAsync()
    {
        // crun refuses machines with both versions of control groups.
        var runtime = File.Exists("/usr/sbin/runc") || File.Exists("/usr/bin/runc") ? "runtime = \"runc\"\n" : "";
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "containers.conf"), Conf + runtime);
        await File.WriteAllTextAsync(
            Path.Combine(folder.FullName, "storage.conf"),
            $"[storage]\ndriver = \"overlay\"\nrunroot = \"{folder.FullName}/run\"\ngraphroot = \"{folder.FullName}/graph\"\n"
        );
        var archive = Path.Combine(folder.FullName, "image.tar");
        await WriteImageAsync(archive);
        using (var import = Start("import", archive, Image))
        {
            var said = await import.StandardError.ReadToEndAsync();
            await import.WaitForExitAsync();
            if (import.ExitCode != 0)
                throw new InvalidOperationException("podman takes no image here: " + said);
        }
        service = Start("system", "service", "--time=0", "unix://" + Socket);
        service.BeginOutputReadLine(); // a full pipe would hold it up
        service.BeginErrorReadLine();
        var begun = Stopwatch.GetTimestamp();
        while (true)
            try
            {
                await Asked.AskAsync(HttpMethod.Get, "version");
                return;
            }
            catch (EngineException) when (Stopwatch.GetElapsedTime(begun).TotalSeconds < 20 && !service.HasExited)
            {
                await Task.Delay(50);
            }
    }

    /// <summary>Folders and links alone: the rest is mounted.</summary>
    private static async Task WriteImageAsync(string path)
    {
        await using var file = File.Create(path);
        await using var archive = new TarWriter(file);
        foreach (var made in new[] { "proc", "dev", "sys", "etc", "run", "usr", "var" })
            await archive.WriteEntryAsync(
                new PaxTarEntry(TarEntryType.Directory, made) { Mode = (UnixFileMode)0b111_101_101 }
            );
        await archive.WriteEntryAsync(
            new PaxTarEntry(TarEntryType.Directory, "tmp") { Mode = (UnixFileMode)0b001_111_111_111 }
        );
        foreach (var linked in new[] { "bin", "sbin", "lib", "lib64" })
            await archive.WriteEntryAsync(
                new PaxTarEntry(TarEntryType.SymbolicLink, linked) { LinkName = "usr/" + linked }
            );
    }

    private Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("podman", arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["CONTAINERS_CONF"] = Path.Combine(folder.FullName, "containers.conf");
        start.Environment["CONTAINERS_STORAGE_CONF"] = Path.Combine(folder.FullName, "storage.conf");
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            throw new InvalidOperationException(
                "podman is missing; install the packages podman and runc and run this again",
                missing
            );
        }
    }
}
