using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Coterie.Protocol.Keys;
using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Rooms;

/// <summary>Why a text is no recovery kit of an owner (K10).</summary>
public enum RecoveryError
{
    None,

    /// <summary>Another text.</summary>
    NotAKit,

    /// <summary>Made by a newer program.</summary>
    Version,

    /// <summary>Wrong or missing.</summary>
    Passphrase,

    /// <summary>Its room or its keys are not its Genesis's.</summary>
    Mismatch,
}

/// <summary>
/// The recovery kit: a text that gives a room's first owner its keys back, and the secret of its editor link (PROTOCOL.md section 2, K10). Who has
/// the text, and its passphrase if it has one, is the owner. Keys are PKCS8; a kit of version 1 holds no edit secret.
/// </summary>
public sealed record Recovery(Genesis Genesis, byte[] SignKey, byte[] DhKey, byte[]? EditSecret = null)
{
    private const string Format = "coterie-recovery";
    private const string FirstVersion = "1";
    private const string FormatVersion = "2";
    private const int MaxCharacters = 8_192;
    private const int EditSecretBytes = 32;

    /// <summary>The kit without a passphrase: to be printed and locked away.</summary>
    public string Write() =>
        EditSecret is null
            ? Text([("signKey", SignKey), ("dhKey", DhKey)])
            : Text([("signKey", SignKey), ("dhKey", DhKey), ("editSecret", EditSecret)]);

    /// <summary>The kit under a passphrase. Salt: 16 random bytes, nonce: 12.</summary>
    public string Write(string passphrase, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> nonce)
    {
        var plain = new byte[2 + SignKey.Length + 2 + DhKey.Length + (EditSecret is null ? 0 : 2 + EditSecret.Length)];
        var writer = new ByteWriter(plain);
        writer.B16(SignKey);
        writer.B16(DhKey);
        if (EditSecret is not null)
            writer.B16(EditSecret);
        var sealedKeys = Sealing.Seal(Argon2id.Derive(passphrase, salt), nonce, Genesis.Encoded, plain);
        CryptographicOperations.ZeroMemory(plain);
        return Text([("salt", salt.ToArray()), ("nonce", nonce.ToArray()), ("sealed", sealedKeys)]);
    }

    /// <summary>Reads a kit; <paramref name="passphrase"/> is null where the person gave none.</summary>
    public static bool TryRead(
        string text,
        string? passphrase,
        [NotNullWhen(true)] out Recovery? recovery,
        out RecoveryError error
    )
    {
        recovery = null;
        error = RecoveryError.NotAKit;
        if (!TryFields(text, out var fields) || fields.GetValueOrDefault("format") is not Format)
            return false;
        error = RecoveryError.Version;
        var version = fields.GetValueOrDefault("version");
        if (version is not (FirstVersion or FormatVersion))
            return false;
        error = RecoveryError.NotAKit;
        if (!Genesis.TryParse(Binary(fields, "genesis"), out var genesis, out _))
            return false;
        var holdsSecret = version is FormatVersion;
        var (signKey, dhKey) = (Binary(fields, "signKey"), Binary(fields, "dhKey"));
        var editSecret = holdsSecret ? Binary(fields, "editSecret") : null;
        if (fields.ContainsKey("sealed"))
            error = Unseal(fields, genesis, passphrase, holdsSecret, out signKey, out dhKey, out editSecret);
        else
            error = signKey.Length > 0 && dhKey.Length > 0 ? RecoveryError.None : RecoveryError.NotAKit;
        if (error == RecoveryError.None && holdsSecret && editSecret!.Length != EditSecretBytes)
            error = RecoveryError.NotAKit;
        if (error != RecoveryError.None)
            return false;
        error = RecoveryError.Mismatch;
        var belongs =
            string.Equals(fields.GetValueOrDefault("room"), genesis.Room.ToString(), StringComparison.Ordinal)
            && Belongs(signKey, genesis.OwnerSign)
            && Belongs(dhKey, genesis.OwnerDh);
        if (!belongs)
            return false;
        error = RecoveryError.None;
        recovery = new Recovery(genesis, signKey, dhKey, editSecret);
        return true;
    }

    private static RecoveryError Unseal(
        Dictionary<string, string> fields,
        Genesis genesis,
        string? passphrase,
        bool holdsSecret,
        out byte[] signKey,
        out byte[] dhKey,
        out byte[]? editSecret
    )
    {
        (signKey, dhKey, editSecret) = ([], [], null);
        var (salt, nonce, sealedKeys) = (Binary(fields, "salt"), Binary(fields, "nonce"), Binary(fields, "sealed"));
        if (salt.Length != Argon2id.SaltBytes || nonce.Length != Sealing.NonceBytes || sealedKeys.Length == 0)
            return RecoveryError.NotAKit;
        if (!TryDerive(passphrase, salt, out var key))
            return RecoveryError.Passphrase;
        var plain = new byte[Math.Max(0, sealedKeys.Length - Sealing.TagBytes)];
        if (!Sealing.TryOpen(key, nonce, genesis.Encoded, sealedKeys, plain))
            return RecoveryError.Passphrase;
        var reader = new ByteReader(plain);
        (signKey, dhKey) = (reader.B16().ToArray(), reader.B16().ToArray());
        editSecret = holdsSecret ? reader.B16().ToArray() : null;
        CryptographicOperations.ZeroMemory(plain);
        return reader.End(out _) ? RecoveryError.None : RecoveryError.NotAKit;
    }

    private static bool TryDerive(string? passphrase, byte[] salt, out byte[] key)
    {
        try
        {
            key = Argon2id.Derive(passphrase ?? "", salt);
            return true;
        }
        catch (ArgumentException)
        {
            key = []; // empty, or above its bound
            return false;
        }
    }

    private static bool Belongs(byte[] pkcs8, ReadOnlySpan<byte> point)
    {
        try
        {
            // One curve and one encoding for both purposes, so a DH key imports as well.
            using var key = SigningKey.FromPkcs8(pkcs8);
            return key.Public.SequenceEqual(point);
        }
        catch (Exception exception) when (exception is CryptographicException or PlatformNotSupportedException)
        {
            return false; // no key, or one of a curve that this platform has not
        }
    }

    private string Text(ReadOnlySpan<(string Name, byte[] Value)> keys)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteString("format", Format);
            json.WritePropertyName("version");
            json.WriteRawValue(EditSecret is null ? FirstVersion : FormatVersion);
            json.WriteString("room", Genesis.Room.ToString());
            json.WriteString("genesis", Base64Url.EncodeToString(Genesis.Encoded));
            foreach (var (name, value) in keys)
                json.WriteString(name, Base64Url.EncodeToString(value));
            json.WriteEndObject();
        }
        return System.Text.Encoding.UTF8.GetString(buffer.ToArray()) + "\n";
    }

    // The members of the text that is JSON: what strings say, and which version. Anything else is there and says nothing, as in a browser.
    private static bool TryFields(string text, out Dictionary<string, string> fields)
    {
        fields = new Dictionary<string, string>(StringComparer.Ordinal);
        if (text.Length > MaxCharacters)
            return false;
        try
        {
            using var kit = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = MaxCharacters });
            if (kit.RootElement.ValueKind != JsonValueKind.Object)
                return false;
            foreach (var (name, value) in Members(kit.RootElement))
                fields[name] = name == "version" ? Version(value) : Said(value);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>The members of an object by name; of one that stands twice, the last.</summary>
    internal static Dictionary<string, JsonElement> Members(JsonElement value)
    {
        var members = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var member in value.EnumerateObject())
        {
            if (Unicode(() => member.Name) is { } name)
                members[name] = member.Value;
        }
        return members;
    }

    internal static string Said(JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? Unicode(value.GetString) ?? "" : "";

    internal static string Version(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number)
            ? number.ToString(CultureInfo.InvariantCulture)
            : "";

    /// <summary>Null of a text that is half a surrogate pair: JSON can write it, and it is nothing of ours.</summary>
    internal static string? Unicode(Func<string?> text)
    {
        try
        {
            return text();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static byte[] Binary(Dictionary<string, string> fields, string name) =>
        Base64Text.TryRead(fields.GetValueOrDefault(name), out var bytes) ? bytes : [];
}
