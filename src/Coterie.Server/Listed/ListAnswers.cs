using System.Text.Json;
using Coterie.Hub;
using Coterie.Server.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Coterie.Server.Listed;

/// <summary>
/// BASE/rooms: GET gives {"rooms":[{"id":"…","name":"…"}]}, PUT takes one <see cref="Listing"/>, the only request with a body that this
/// server reads. The one door to the list, and only where the operator has one kept.
/// </summary>
internal sealed class ListAnswers(ListedRooms rooms, RoomHub hub, AllowedOrigins origins)
{
    public Task AnswerAsync(HttpContext http, string? address)
    {
        if (HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method))
            return ReadAsync(http);
        return HttpMethods.IsPut(http.Request.Method)
            ? TakeAsync(http, address)
            : Plain.AnswerAsync(http, 405, "The list is read by GET and told by PUT.");
    }

    private async Task ReadAsync(HttpContext http)
    {
        var listed = await rooms.ReadAsync();
        http.Response.ContentType = "application/json";
        http.Response.Headers.CacheControl = "no-store";
        var each = listed.Select(room => $$"""{"id":"{{room.Room}}","name":"{{JsonEncodedText.Encode(room.Name)}}"}""");
        if (!HttpMethods.IsHead(http.Request.Method))
            await http.Response.WriteAsync($$"""{"rooms":[{{string.Join(',', each)}}]}""", http.RequestAborted);
    }

    // The body first, whatever the answer: a connection with an unread one is of no more use, and its client may never see the answer.
    private async Task TakeAsync(HttpContext http, string? address)
    {
        var body = await BodyAsync(http);
        if (origins.Of(http.Request) is null)
        {
            await Plain.AnswerAsync(http, 403, "This origin is not allowed here.");
            return;
        }
        if (!hub.MayTry(address))
        {
            await Plain.AnswerAsync(http, 429, "Too many tries from this address. Wait a minute.");
            return;
        }
        if (body is null || Listing.Read(body.Value.Span) is not { } listing)
        {
            await Plain.AnswerAsync(http, 400, "This is no word of a room's owner on the list.");
            return;
        }
        var (status, sentence) = await rooms.TakeAsync(listing) switch
        {
            ListedRooms.Answer.Taken => (
                200,
                listing.Name.Length > 0 ? "The room is listed." : "The room is not listed."
            ),
            ListedRooms.Answer.NoSuchRoom => (404, "There is no such room on this server."),
            ListedRooms.Answer.Older => (409, "A newer word of the owner is known already. Try again."),
            ListedRooms.Answer.Full => (507, "The list is full. Ask whoever runs this server."),
            _ => (503, "The server could not keep it. Try again, or ask whoever runs it."),
        };
        await Plain.AnswerAsync(http, status, sentence);
    }

    private static async Task<ReadOnlyMemory<byte>?> BodyAsync(HttpContext http)
    {
        http.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = Listing.MostBytes;
        var buffer = new byte[Listing.MostBytes];
        try
        {
            var length = await http.Request.Body.ReadAtLeastAsync(buffer, buffer.Length, false, http.RequestAborted);
            return buffer.AsMemory(0, length);
        }
        catch (BadHttpRequestException)
        {
            return null;
        }
    }
}
