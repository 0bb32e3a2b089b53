using System.Buffers.Text;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Tests.Worlds;
using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Tests;

public sealed class RecoveryTests : IDisposable
{
    private readonly World world = new();

    private Recovery Kit =>
        new(world.Genesis, world.Owner.ToPkcs8(), world.OwnerDh.ToPkcs8(), Enumerable.Repeat((byte)7, 32).ToArray());

    [Fact]
    public void K10_a_kit_gives_the_owner_its_keys_back()
    {
        Assert.True(Recovery.TryRead(Kit.Write(), null, out var plain, out _));
        Assert.Equal(world.Owner.ToPkcs8(), plain.SignKey);
        var text = Kit.Write("opened again", world.Random(16), world.Random(12));
        Assert.DoesNotContain(Base64Url.EncodeToString(world.Owner.ToScalar()), text, StringComparison.Ordinal);
        Assert.True(Recovery.TryRead(text, "opened again", out var opened, out _));
        Assert.Equal(world.OwnerDh.ToPkcs8(), opened.DhKey);
        Assert.Equal(Kit.EditSecret, plain.EditSecret);
        Assert.Equal(Kit.EditSecret, opened.EditSecret);
    }

    [Fact]
    public void K10_a_kit_of_version_1_is_read_and_holds_no_edit_secret()
    {
        var first = Kit with { EditSecret = null };
        Assert.Contains("\"version\": 1", first.Write(), StringComparison.Ordinal);
        Assert.True(Recovery.TryRead(first.Write(), null, out var plain, out _));
        Assert.Null(plain.EditSecret);
        var text = first.Write("opened again", world.Random(16), world.Random(12));
        Assert.True(Recovery.TryRead(text, "opened again", out var opened, out _));
        Assert.Null(opened.EditSecret);
        var raised = first.Write().Replace("\"version\": 1", "\"version\": 2", StringComparison.Ordinal);
        Assert.Equal(RecoveryError.NotAKit, Error(raised, null));
    }

    [Fact]
    public void K10_a_wrong_or_missing_passphrase_has_its_own_error()
    {
        var text = Kit.Write("opened again", world.Random(16), world.Random(12));
        Assert.Equal(RecoveryError.Passphrase, Error(text, "opened agaim"));
        Assert.Equal(RecoveryError.Passphrase, Error(text, null));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"format\":\"another\"}")]
    [InlineData("{\"format\":\"coterie-recovery\",\"version\":1}")]
    public void K10_a_foreign_text_is_not_a_kit(string text) => Assert.Equal(RecoveryError.NotAKit, Error(text, null));

    [Fact]
    public void K10_a_kit_of_a_newer_program_says_so() =>
        Assert.Equal(
            RecoveryError.Version,
            Error(Kit.Write().Replace("\"version\": 2", "\"version\": 3", StringComparison.Ordinal), null)
        );

    [Fact]
    public void K10_keys_of_another_owner_or_another_room_do_not_match()
    {
        using var other = new World(2);
        Assert.Equal(RecoveryError.Mismatch, Error((Kit with { SignKey = other.Owner.ToPkcs8() }).Write(), null));
        Assert.Equal(RecoveryError.Mismatch, Error((Kit with { DhKey = other.OwnerDh.ToPkcs8() }).Write(), null));
        var foreign = Kit.Write()
            .Replace(world.Genesis.Room.ToString(), other.Genesis.Room.ToString(), StringComparison.Ordinal);
        Assert.Equal(RecoveryError.Mismatch, Error(foreign, null));
    }

    [Fact]
    public void K11_six_words_follow_from_the_genesis_and_the_newest_manifest()
    {
        var words = Words.Of(world.Genesis, world.Manifest0.Hash);
        Assert.Equal(6, words.Length);
        Assert.Equal(words, Words.Of(world.Genesis, world.Manifest0.Hash));
        Assert.NotEqual(words, Words.Of(world.Genesis, default));
    }

    [Fact]
    public void K13_a_members_six_words_are_of_that_member_in_that_room()
    {
        using var other = new World(2);
        var (room, member) = (world.Genesis.Room, MemberId.Read(world.Random(16)));
        var words = Words.Of(room, member);
        Assert.Equal(6, words.Length);
        Assert.Equal(words, Words.Of(room, member));
        Assert.NotEqual(words, Words.Of(other.Genesis.Room, member));
        Assert.NotEqual(words, Words.Of(room, MemberId.Read(world.Random(16))));
    }

    private static RecoveryError Error(string text, string? passphrase)
    {
        Assert.False(Recovery.TryRead(text, passphrase, out _, out var error));
        return error;
    }

    public void Dispose() => world.Dispose();
}
