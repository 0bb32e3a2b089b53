namespace Coterie.Server.Tests.World;

/// <summary>A folder of one test's own, gone with it.</summary>
public sealed class Scratch : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("coterie-server-tests-").FullName;

    public string Data => At("data");

    public string At(string name) => Path.Combine(root, name);

    /// <summary>Writes the file, with its folder.</summary>
    public string Write(string name, string text)
    {
        var path = At(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public void Dispose() => Directory.Delete(root, recursive: true);
}
