namespace Coterie.Server.Settings;

/// <summary>Another server that the start page offers to go to.</summary>
/// <param name="Name">As people see it.</param>
/// <param name="Address">Its base address, such as https://code.example or https://example.org/code: without a slash at the end.</param>
public sealed record NamedServer(string Name, string Address)
{
    public const int Most = 32; // each stands in the page and in its policy
    public const int MostLetters = 80; // of a name
    public const int MostAddressLetters = 200;

    public override string ToString() => $"{Name}={Address}";

    /// <summary>Null where the text is no NAME=URL of a server.</summary>
    internal static NamedServer? Read(string text)
    {
        var at = text.IndexOf('=', StringComparison.Ordinal);
        var (name, address) = at < 0 ? ("", "") : (text[..at].Trim(), text[(at + 1)..].Trim().TrimEnd('/'));
        return
            name.Length is > 0 and <= MostLetters
            && !name.Any(char.IsControl)
            && address.Length <= MostAddressLetters
            && IsAddress(address)
            ? new NamedServer(name, address)
            : null;
    }

    // It goes into the content security policy: nothing but what an address needs, and none of that policy's own signs.
    internal static bool IsAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp)
        && uri is { Query: "", Fragment: "", UserInfo: "" }
        && text.All(letter =>
            char.IsAsciiLetterOrDigit(letter) || ":/.-_~[]".Contains(letter, StringComparison.Ordinal)
        );
}
