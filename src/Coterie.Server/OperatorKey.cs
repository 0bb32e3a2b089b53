using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Coterie.Hub;

namespace Coterie.Server;

/// <summary>
/// The operator's key for permanent rooms (H8): 32 random bytes as base64url text. The text is written once, readable by its
/// owner only, to a file that the operator may take away; the server itself keeps and reads its hash alone.
/// </summary>
public static class OperatorKey
{
    private const string HashFile = "admin-key.hash";
    private const int KeyBytes = 32;
    private const int LeastLetters = 16; // of a key that an operator brings

    /// <summary>The key that this data directory knows; made, with its file, on the first start.</summary>
    /// <returns>The key, and whether it was made now.</returns>
    /// <exception cref="IOException">A file cannot be written, the hash is damaged, or it is that of another key than the file's.</exception>
    public static (AdminKey Key, bool Made) Open(string data, string keyFile)
    {
        var hashPath = Path.Combine(data, HashFile);
        if (File.Exists(hashPath))
        {
            var stored = File.ReadAllBytes(hashPath);
            if (stored.Length != SHA256.HashSizeInBytes)
                throw new IOException($"{hashPath} is damaged. Remove it and {keyFile} to get a new operator's key.");
            var key = AdminKey.FromHash(stored);
            return IsIn(keyFile, key) != false
                ? (key, false)
                : throw new IOException(
                    $"{keyFile} holds another key than the one that this data directory was made with. Put that one back, take the file away, or, to have the key in it count from now on, remove {hashPath}."
                );
        }
        if (Directory.Exists(keyFile))
            throw new IOException($"{keyFile} is a directory. Name a file in it with --admin-key-file.");
        try
        {
            return (Make(hashPath, keyFile), true);
        }
        catch (Exception problem) when (problem is DirectoryNotFoundException or FileNotFoundException)
        {
            throw new IOException(
                $"{keyFile} cannot be made: its directory is missing or takes no files. Make one, or name another file with --admin-key-file.",
                problem
            );
        }
        catch (UnauthorizedAccessException problem)
        {
            throw new IOException(
                $"{problem.Message} Give this user the right to read and write {keyFile}, or name another file with --admin-key-file.",
                problem
            );
        }
    }

    /// <summary>Null where the file was taken away or is kept from this server.</summary>
    private static bool? IsIn(string keyFile, AdminKey key)
    {
        try
        {
            return File.Exists(keyFile) ? key.Opens(Encoding.UTF8.GetBytes(File.ReadAllText(keyFile).Trim())) : null;
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static AdminKey Make(string hashPath, string keyFile)
    {
        // An operator may bring a key of their own.
        var text = File.Exists(keyFile)
            ? File.ReadAllText(keyFile).Trim()
            : Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(KeyBytes));
        if (text.Length == 0)
            throw new IOException($"{keyFile} is empty. Remove it to get a new operator's key.");
        if (text.Length < LeastLetters)
            throw new IOException(
                $"The key in {keyFile} has fewer than {LeastLetters} letters and could be guessed. Put a longer one there, or remove the file to get a new one."
            );
        if (!File.Exists(keyFile))
            PrivateFile.Write(keyFile, Encoding.ASCII.GetBytes(text + "\n"));
        var hash = AdminKey.HashOf(Encoding.UTF8.GetBytes(text));
        PrivateFile.Write(hashPath, hash);
        return AdminKey.FromHash(hash);
    }
}
