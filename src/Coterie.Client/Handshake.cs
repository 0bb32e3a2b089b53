using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Coterie.Client.Founding;
using Coterie.Protocol.Keys;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;

namespace Coterie.Client;

/// <summary>
/// The way from a fresh connection into the room (W2): hello, found or look, open a door, join. Pure: frames in, frames out. What was
/// verified once – manifests, the door, the certificate – is kept for the next connection, where a look and a join are enough.
/// Believes nothing that does not follow from the room's id: another genesis, chain or door is an alarm.
/// </summary>
internal sealed class Handshake(Entry entry, MemberKeys keys, Digest originHash, RandomNumberGenerator random)
    : IDisposable
{
    private const byte Suite = 1;
    private Step step;
    private Digest challenge;
    private DoorKeys? doorKeys;
    private int refusedUnder; // so many manifests were known when the hub last refused the certificate

    private enum Step
    {
        Hello,
        Create,
        Look,
        Open,
        Knock,
        Fetch,
        Join,
        Done,
    }

    /// <summary>The judge; from the first look on.</summary>
    public RoomState? State { get; private set; }
    public IncarnationId Incarnation { get; private set; }
    public Cert? Cert { get; private set; }

    /// <summary>The session being opened, or open. On the next connection it is the one to be replaced (S2).</summary>
    public Session? Session { get; private set; }

    /// <summary>From the door, the founder and owners' wraps; from the first look on.</summary>
    public EpochKeys? Epochs { get; private set; }

    /// <summary>An owner is asked to let this member in, and has not answered.</summary>
    public bool IsWaiting => step == Step.Knock;

    /// <summary>A connection stands: greet.</summary>
    public void Begin(IBufferWriter<byte> output)
    {
        step = Step.Hello;
        new Hello { Suite = Suite }.Write(output);
    }

    /// <summary>Takes a frame on the way in. True once the session is live; then this is done until the next connection.</summary>
    /// <exception cref="RoomException">The way ends here; the code and text say why.</exception>
    public bool Take(HubFrame type, ReadOnlySpan<byte> body, IBufferWriter<byte> output)
    {
        switch (step, type)
        {
            case (Step.Hello, HubFrame.Welcome):
                TakeWelcome(body, output);
                return false;
            case (Step.Create, HubFrame.Created):
                Look(output);
                return false;
            case (Step.Create, HubFrame.Error) when Code(body) == Refusal.RoomExists:
                Look(output);
                return false;
            case (Step.Look, HubFrame.Room):
                TakeRoom(body, output);
                return false;
            case (Step.Open, HubFrame.Room):
                Learn(body); // an owner has changed the rules since the look (W2): the door comes behind them
                return false;
            case (Step.Open, HubFrame.Door):
                TakeDoor(body, output);
                return false;
            case (Step.Knock, HubFrame.Waiting or HubFrame.Pong):
                return false;
            case (Step.Knock, HubFrame.Error) when Code(body) == Refusal.ManifestConflict:
                Look(output); // other rules: the door may be another, too
                return false;
            case (Step.Fetch or Step.Knock, HubFrame.Wrap):
                if (!TakeKeys(body))
                    throw new RoomException(Refusal.Removed, "The keys that were kept for you do not open the room.");
                Join(output);
                return false;
            case (Step.Join, HubFrame.Joined):
                if (!Joined.TryParse(body, out var joined, out _) || joined.Session != Session!.Id)
                    throw Alarm("The hub answered for another session. Do not trust this server.");
                State!.Meet(Cert!, Session, live: true);
                step = Step.Done;
                return true;
            case (Step.Join, HubFrame.Error) when Code(body) == Refusal.Cert && refusedUnder != State!.Manifests.Count:
                refusedUnder = State.Manifests.Count;
                Look(output); // the rules may have changed just now: under the same ones it is for good
                return false;
            case (_, HubFrame.Error):
                throw ErrorFrame.TryParse(body, out var refusal, out var error)
                    ? new RoomException(refusal.Code, Encoding.UTF8.GetString(refusal.Text))
                    : Malformed(error);
            default:
                throw new RoomException(Refusal.OutOfOrder, $"The hub sent {type} where that has no place.");
        }
    }

    public void Dispose() => State?.Dispose();

    private void TakeWelcome(ReadOnlySpan<byte> body, IBufferWriter<byte> output)
    {
        if (!Welcome.TryParse(body, out var welcome, out var error))
            throw Malformed(error);
        challenge = welcome.Challenge;
        if (entry is not OwnerEntry { Founded: var founded } || State is not null)
        {
            Look(output);
            return;
        }
        step = Step.Create;
        Create.Write(
            output,
            founded.Terms.Kind,
            Encoding.UTF8.GetBytes(founded.Terms.AdminKey),
            founded.Genesis.Encoded,
            [founded.Manifest.Encoded.ToArray()],
            [.. founded.Doors.Select(door => door.Encoded.ToArray())]
        );
    }

    private void Look(IBufferWriter<byte> output)
    {
        step = Step.Look;
        new Look { Room = entry.Room }.Write(output);
    }

    private void TakeRoom(ReadOnlySpan<byte> body, IBufferWriter<byte> output)
    {
        Learn(body);
        if (Cert is not null && Cert.Epoch != State!.Manifests.Newest.Epoch)
        {
            step = Step.Fetch;
            new Fetch { Room = entry.Room, Member = keys.Member }.Write(output);
        }
        else if (Cert is not null)
            Join(output);
        else if (entry is OwnerEntry { Founded: var founded })
            JoinAsOwner(founded, output);
        else
            Open(output);
    }

    /// <summary>Takes the room's genesis and rules, which prove themselves (K4, M3, K9).</summary>
    private void Learn(ReadOnlySpan<byte> body)
    {
        if (!RoomFrame.TryParse(body, out var room, out var error))
            throw Malformed(error);
        if (!Genesis.TryParse(room.Genesis, out var genesis, out error))
            throw Malformed(error);
        if (genesis.Room != entry.Room)
            throw Alarm("The server shows another room under this id (K4). Do not trust it.");
        if (State is not null && Incarnation != room.Incarnation)
            throw new RoomException(Refusal.Forked, "The room was rebuilt since: join it again as a new room.");
        Incarnation = room.Incarnation;
        State ??= new RoomState(genesis, Incarnation, Side.Client);
        Epochs ??= new EpochKeys(State.Manifests);
        foreach (var bytes in room.Manifests)
        {
            if (!Manifest.TryParse(bytes, out var manifest, out error))
                throw Malformed(error);
            var verdict = State.AddManifest(manifest);
            if (!verdict.IsOk)
                throw Alarm($"The server shows rules that the owner did not sign ({verdict.Rule}). Do not trust it.");
        }
        if (State.Manifests.Count == 0)
            throw Malformed(WireError.Length);
        if (entry is LinkEntry { Link: var link } && !link.Agrees(State.Manifests))
            throw Alarm(
                "The server shows an older or another history than your link was made at (K9). Do not trust it."
            );
    }

    private void Open(IBufferWriter<byte> output)
    {
        var manifest = State!.Manifests.Newest;
        var byLink = entry as LinkEntry;
        if (byLink is not null && State.Manifests[byLink.Link.Version].Epoch != manifest.Epoch)
            throw new RoomException(Refusal.Revoked, "An owner made new links since this one: ask for a new one.");
        foreach (var (sign, _) in manifest.Doors)
        {
            if (byLink is null ? sign.Needs != Needs.Password : sign.Id != byLink.Link.Door)
                continue;
            var password = byLink is null ? ((PasswordEntry)entry).Password : byLink.Password;
            if (sign.Needs != Needs.Link && password is null)
                throw new RoomException(Refusal.BadAccess, "This link also wants the room's password.");
            var pass = sign.Needs == Needs.Link ? [] : Argon2id.Derive(password!, State.Manifests.Genesis.Salt);
            doorKeys = DoorKeys.Derive(entry.Room, sign.Id, sign.Needs, byLink?.Link.Secret, pass);
            step = Step.Open;
            new Open
            {
                Room = entry.Room,
                Door = sign.Id,
                Access = doorKeys.Access,
            }.Write(output);
            return;
        }
        throw new RoomException(
            Refusal.BadAccess,
            byLink is null
                ? "This room has no password: ask for a link."
                : "This link is no longer valid: ask for a new one."
        );
    }

    private void TakeDoor(ReadOnlySpan<byte> body, IBufferWriter<byte> output)
    {
        if (
            !DoorFrame.TryParse(body, out var frame, out var error)
            || !Door.TryParse(frame.Door, out var door, out error)
        )
            throw Malformed(error);
        var manifest = State!.Manifests.Newest;
        if ((manifest.Admissions & Admissions.ByApproval) != default)
        {
            Knock(door, manifest, output);
            return;
        }
        if (!door.TryOpen(manifest, doorKeys!, out var opened))
            throw Alarm("The server gave a door that the owner did not make (K7). Do not trust it.");
        using var admission = opened.Admission;
        Epochs!.Add(manifest.Epoch, opened.EpochKey);
        Cert = Issue(admission, manifest, door.Role, number: 0);
        Join(output);
    }

    private void Knock(Door door, Manifest manifest, IBufferWriter<byte> output)
    {
        if (!door.TryOpenToKnock(manifest, doorKeys!, out var knockKey))
            throw Alarm("The server gave a door that the owner did not make (K7). Do not trust it.");
        if (!Protocol.Rooms.Payloads.Name.IsValid(Encoding.UTF8.GetBytes(entry.Name)))
            throw new RoomException(Refusal.Malformed, "This is no name (T9): choose one of 1 to 200 bytes.");
        step = Step.Knock;
        var letter = new Letter(door.Id, knockKey, entry.Name);
        var letters = manifest.Owners.Select(owner =>
            letter.SealTo(owner.Dh, entry.Room, keys.Sign.Public, keys.Dh.Public)
        );
        Protocol.Wire.Frames.Knock.Write(output, keys.Sign.Public, keys.Dh.Public, [.. letters]);
    }

    private void JoinAsOwner(FoundedRoom founded, IBufferWriter<byte> output)
    {
        Epochs!.Add(0, founded.EpochKey);
        Cert = OwnCert(State!.Manifests.Newest);
        Join(output);
    }

    /// <summary>The certificate that an owner issues to itself; null for who is none.</summary>
    private Cert? OwnCert(Manifest manifest)
    {
        var index = manifest.OwnerIndex(keys.Sign.Public);
        return index < 0 ? null : Issue(keys.Sign, manifest, Role.Owner, checked((byte)(index + 1)));
    }

    private Cert Issue(SigningKey issuer, Manifest manifest, Role role, byte number) =>
        Cert.Issue(issuer, entry.Room, manifest.Epoch, role, keys.Sign.Public, keys.Dh.Public, number);

    /// <summary>Keys that an owner gave to this member (A2). True where they make it another than it was: it is to join again.</summary>
    public bool TakeKeys(ReadOnlySpan<byte> body)
    {
        if (
            !WrapFrame.TryParse(body, out var frame, out var error)
            || !Wrap.TryParse(frame.Wrap, out var wrap, out error)
        )
            throw Malformed(error);
        if (!State!.Judge(wrap).IsOk || !wrap.TryOpen(State.Manifests[wrap.Version], keys.Dh, out var opened))
            return false;
        using var admission = opened.Admission;
        var newest = State.Manifests.Newest;
        Epochs!.Add(newest.Epoch, opened.EpochKey);
        var cert = OwnCert(newest) ?? opened.Cert ?? Issue(admission!, newest, opened.Role, number: 0);
        if (Cert is not null && Cert.Epoch == cert.Epoch && Cert.Role >= cert.Role)
            return false; // kept from before
        Cert = cert;
        return true;
    }

    private void Join(IBufferWriter<byte> output)
    {
        step = Step.Join;
        var replaces = Session?.Id ?? default;
        Session = Session.Sign(keys.Sign, Cert!, random.Take(16), replaces, challenge, originHash);
        new Join { Cert = Cert!.Encoded, Session = Session.Encoded }.Write(output);
    }

    private static Refusal Code(ReadOnlySpan<byte> body) =>
        ErrorFrame.TryParse(body, out var error, out _) ? error.Code : Refusal.Malformed;

    private static RoomException Alarm(string text) => new(Refusal.Alarm, text);

    private static RoomException Malformed(WireError error) =>
        new(Refusal.Malformed, $"The server sent what does not parse ({error}).");
}
