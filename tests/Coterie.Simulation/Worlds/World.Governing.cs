using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;

namespace Coterie.Simulation.Worlds;

/// <summary>What owners decree: new rules, new keys for who stays, other roles, and fences behind what they took away (A5).</summary>
internal sealed partial class World
{
    private readonly List<(Person Owner, uint Version)> fences = [];

    /// <summary>An owner who knows the newest rules, and whom the server hears.</summary>
    public Person? Sovereign() =>
        Server.IsGenuine
            ? Any(person =>
                person.IsOnline
                && !person.IsAlarmed
                && person.Line!.Server == Server
                && person.Member.Role == Role.Owner
                && person.Member.State!.Manifests.Count == Truth.Rules.Count
                && Rules.OwnerIndex(person.Keys.Sign.Public) >= 0
            )
            : null;

    private void Governing()
    {
        if (fences.Count > 0 && Dice.Below(2) == 0)
        {
            Fences();
            return;
        }
        if (Sovereign() is not { } owner)
            return;
        var decree = Dice.Below(7) switch
        {
            0 or 1 => Removal(owner),
            2 => Locking(owner),
            3 => Charter.Amend(owner, Rules, draft => draft with { Policy = draft.Policy ^ Policy.ReadOnly }),
            4 => Charter.Amend(owner, Rules, draft => draft with { Policy = draft.Policy ^ Policy.ViewersChat }),
            5 => Ennoblement(owner),
            _ => Reshuffle(owner),
        };
        Decrees(owner, decree);
    }

    public void Decrees(Person owner, Decree decree)
    {
        Tell($"{owner.Name} decrees {decree.Manifest.Version} of epoch {decree.Manifest.Epoch}");
        owner.Send(decree.Encode());
        fences.Add((owner, decree.Manifest.Version));
    }

    /// <summary>Everybody but one gets new keys.</summary>
    public Decree Removal(Person owner)
    {
        var removed = Any(person => person != owner && person != Founder);
        var staying = Staying().Where(one => one.Person != removed).ToList();
        return Charter.Renew(
            owner,
            Rules,
            staying,
            draft =>
                draft with
                {
                    Owners =
                    [
                        .. draft.Owners.Where(one =>
                            removed is null || !one.Sign.AsSpan().SequenceEqual(removed.Keys.Sign.Public)
                        ),
                    ],
                    Locked = [.. draft.Locked.Where(one => one != removed?.Id)],
                }
        );
    }

    private List<(Person Person, Role Role)> Staying() =>
        [
            .. Present
                .Where(person => person.Granted.ContainsKey(Rules.EpochKeyHash))
                .Select(person => (person, person.Granted[Rules.EpochKeyHash])),
        ];

    private Decree Locking(Person owner)
    {
        if ((Rules.Admissions & Admissions.Locked) != default)
            return Charter.Amend(
                owner,
                Rules,
                draft => draft with { Admissions = draft.Admissions & ~Admissions.Locked, Locked = [] }
            );
        var locked = Present
            .Where(person => Dice.Below(person.IsHostile ? 2 : 6) > 0)
            .Select(person => person.Id)
            .ToList();
        return Charter.Amend(
            owner,
            Rules,
            draft => draft with { Admissions = draft.Admissions | Admissions.Locked, Locked = locked }
        );
    }

    /// <summary>An editor becomes an owner.</summary>
    private Decree Ennoblement(Person owner)
    {
        var staying = Staying();
        var chosen = Pick(
            staying.Where(one => one.Role == Role.Editor && !one.Person.IsHostile).Select(one => one.Person).ToList()
        );
        if (chosen is null || Rules.Owners.Count > 2)
            return Reshuffle(owner);
        return Charter.Renew(
            owner,
            Rules,
            [.. staying.Select(one => one.Person == chosen ? (one.Person, Role.Owner) : one)],
            draft =>
                draft with
                {
                    Owners =
                    [
                        .. draft.Owners,
                        new OwnerKeys(chosen.Keys.Sign.Public.ToArray(), chosen.Keys.Dh.Public.ToArray()),
                    ],
                }
        );
    }

    /// <summary>Somebody gets the other of the two lower roles.</summary>
    private Decree Reshuffle(Person owner)
    {
        var staying = Staying();
        var chosen = Pick(staying.Where(one => one.Role != Role.Owner).Select(one => one.Person).ToList());
        var swapped = staying.Select(one =>
            one.Person == chosen ? (one.Person, one.Role == Role.Editor ? Role.Viewer : Role.Editor) : one
        );
        return Charter.Renew(owner, Rules, [.. swapped], draft => draft);
    }

    private void Fences()
    {
        var (owner, version) = fences[0];
        fences.RemoveAt(0);
        if (owner.HasLeft || owner.Member.State is not { } state || owner.Member.Role != Role.Owner)
            return;
        if (state.Manifests.Count <= version || state.Manifests.Newest.OwnerIndex(owner.Keys.Sign.Public) < 0)
            return;
        Follow(owner);
        foreach (var stream in Files(owner).Append(Streams.Chat).Append(Streams.Tree))
        {
            if (owner.Followed.Contains(stream) && !owner.IsStopped(stream))
                owner.Append(RecordClass.Fence, stream, [], []);
        }
    }
}
