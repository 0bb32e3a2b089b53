using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Coterie.Server.Delivery;

/// <summary>
/// A built web client by its list, <see cref="ListName"/>: which files it has, and the SHA-256 of each (Y1). Its id is the SHA-256 of the list
/// (Y2), so that two bundles of one id have the same bytes in every file. A bundle is what the list says; nothing here has looked at the files.
/// </summary>
public sealed class Bundle
{
    public const string ListName = "bundle.txt";
    public const int MostListBytes = 1024 * 1024;
    public const int MostFiles = 5_000;
    public const int MostPathLetters = 200;
    public const int MostFileBytes = 32 * 1024 * 1024;

    private const string Head = "coterie-bundle 1\n";
    private const int HashLetters = 64;

    private Bundle(string id, IReadOnlyList<BundleFile> files)
    {
        Id = id;
        Files = files;
    }

    /// <summary>64 hexadecimal digits.</summary>
    public string Id { get; }

    /// <summary>Sorted by path.</summary>
    public IReadOnlyList<BundleFile> Files { get; }

    /// <summary>What people compare at a glance; who wants to be sure compares all of the id.</summary>
    public string ShortId => Short(Id);

    public static string Short(string id) => id[..16];

    /// <summary>The bundle whose files lie in this folder; null where it has no list, or none that can be read.</summary>
    public static Bundle? In(string folder)
    {
        try
        {
            var list = new FileInfo(Path.Combine(folder, ListName));
            return list.Exists && list.Length <= MostListBytes ? Parse(File.ReadAllBytes(list.FullName)) : null;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Null where the bytes are no list: it is read wholly, or not at all.</summary>
    public static Bundle? Parse(ReadOnlySpan<byte> list)
    {
        if (list.Length > MostListBytes || list.ContainsAnyExceptInRange((byte)'\n', (byte)'~'))
            return null;
        var text = Encoding.ASCII.GetString(list);
        if (!text.StartsWith(Head, StringComparison.Ordinal) || !text.EndsWith('\n'))
            return null;
        var files = new List<BundleFile>();
        foreach (var line in text[Head.Length..].Split('\n')[..^1])
        {
            if (files.Count == MostFiles || FileOf(line) is not { } file)
                return null;
            if (files.Count > 0 && string.CompareOrdinal(files[^1].Path, file.Path) >= 0)
                return null;
            files.Add(file);
        }
        return new Bundle(Convert.ToHexStringLower(SHA256.HashData(list)), files);
    }

    public BundleFile? Find(string path) => Files.FirstOrDefault(file => file.Path == path);

    // HASH SIZE PATH, with one blank between them.
    private static BundleFile? FileOf(string line)
    {
        var parts = line.Split(' ');
        if (parts is not [var hash, var size, var path])
            return null;
        var isFile =
            IsHash(hash)
            && int.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)
            && bytes <= MostFileBytes
            && bytes.ToString(CultureInfo.InvariantCulture) == size
            && IsPath(path);
        return isFile ? new BundleFile(path, int.Parse(size, CultureInfo.InvariantCulture), hash) : null;
    }

    public static bool IsHash(string text) => text.Length == HashLetters && text.All(char.IsAsciiHexDigitLower);

    private static bool IsPath(string path) =>
        path.Length is > 0 and <= MostPathLetters
        && path != ListName
        && path.Split('/')
            .All(part =>
                part.Length > 0
                && part[0] != '.'
                && part.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-')
            );
}

/// <param name="Path">Below the server's base path, without a slash in front.</param>
/// <param name="Size">Bytes, as they are before any compression.</param>
/// <param name="Hash">SHA-256, 64 hexadecimal digits.</param>
public sealed record BundleFile(string Path, int Size, string Hash);
