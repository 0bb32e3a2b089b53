using System.Diagnostics.CodeAnalysis;

namespace Coterie.Server.Settings;

/// <summary>How pages of this server reach Google Drive. The server itself never asks Google anything.</summary>
/// <param name="ClientId">Of the operator's own project at Google. Null: nothing of Drive is there.</param>
/// <param name="Auth">The page on which a person lets this client in.</param>
/// <param name="Api">The base address of the API, without a slash at the end.</param>
public sealed record GoogleDrive(string? ClientId, string Auth, string Api)
{
    public const int MostIdLetters = 200;
    public const string Page = "drive"; // below the base path: where Google sends the browser back to

    public static GoogleDrive None { get; } =
        new(null, "https://accounts.google.com/o/oauth2/v2/auth", "https://www.googleapis.com");

    [MemberNotNullWhen(true, nameof(ClientId))]
    public bool On => ClientId is not null;

    /// <summary>What the page's policy lets it ask, for Drive's sake: the API's origin.</summary>
    public string Origin => new Uri(Api).GetLeftPart(UriPartial.Authority);

    internal static bool IsId(string text) =>
        text.Length is > 0 and <= MostIdLetters
        && text.All(letter => char.IsAsciiLetterOrDigit(letter) || "-._".Contains(letter, StringComparison.Ordinal));
}
