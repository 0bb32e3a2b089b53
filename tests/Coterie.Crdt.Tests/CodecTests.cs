using System.Text;
using Coterie.Crdt.Bytes;
using Coterie.Crdt.Structs;
using Coterie.Crdt.Tests.Vectors;

namespace Coterie.Crdt.Tests;

/// <summary>The primitives: what lib0 writes is read back, and written again byte for byte.</summary>
public sealed class CodecTests
{
    [Fact]
    public void Every_primitive_is_read_and_written_as_lib0_does()
    {
        var failures = new List<string>();
        foreach (var vector in Corpus.Misc("lib0-codec.json", "vectors"))
        {
            var name = (string)vector["fn"]!;
            var expected = Session.Base64(vector["b"]);
            try
            {
                // A lone surrogate is written as U+FFFD, so only what was written can be read back.
                if (Rewrite(name, vector["v"], expected) is { } actual && !actual.AsSpan().SequenceEqual(expected))
                    failures.Add($"{name} {vector["b"]}: {Convert.ToBase64String(actual)}");
            }
            catch (InvalidUpdateException error)
            {
                failures.Add($"{name} {vector["b"]}: {error.Message}");
            }
        }
        Assert.True(failures.Count == 0, string.Join("\n", failures.Take(10)));
    }

    [Fact]
    public void Text_of_every_length_with_any_letter_anywhere_is_written_and_read()
    {
        for (var length = 0; length <= 70; length++)
        for (var at = 0; at <= length; at++)
            foreach (var odd in new[] { 'z', '\x7f', '\x80', 'ÿ', 'Ā', '\u2026', '\ufffd' })
            {
                var text = new string('a', at) + (at < length ? odd + new string('b', length - at - 1) : "");
                var writer = new ByteWriter();
                writer.VarString(text);
                // As it lies in a document: more before it and behind it.
                foreach (var behind in new[] { 0, 3, 40 })
                    writer.VarString($"—{text}{new string('—', behind)}".AsSpan(1), length);
                var one = new ByteWriter();
                one.VarBytes(Encoding.UTF8.GetBytes(text));
                byte[] four = [.. Enumerable.Repeat(one.ToArray(), 4).SelectMany(static each => each)];
                Assert.Equal(four, writer.ToArray());
                foreach (var behind in new[] { 0, 3, 40 })
                    CheckAdded(text, behind);
            }
    }

    private static void CheckAdded(string text, int behind)
    {
        var chunks = new TextChunks();
        chunks.Take(behind);
        var bytes = Encoding.UTF8.GetBytes(text);
        Assert.True(chunks.TryAdd([.. bytes, .. new byte[behind]], bytes.Length, out var place, out var length));
        Assert.Equal(text, chunks.Span(place.Chunk, place.Offset, length).ToString());
        Assert.Equal(behind + text.Length, chunks.Taken);
    }

    [Fact]
    public void Bytes_that_are_no_text_leave_nothing_behind()
    {
        var chunks = new TextChunks();
        byte[] half = [.. "ab"u8, 0xe2, 0x80];
        Assert.False(chunks.TryAdd([.. half, .. new byte[40]], half.Length, out _, out _));
        Assert.Equal(0, chunks.Taken);
    }

    [Fact]
    public void Integers_of_every_length_are_written_and_read()
    {
        foreach (
            var number in Enumerable
                .Range(0, 31)
                .SelectMany(static bit => new[] { (1 << bit) - 1, 1 << bit, (1 << bit) + 1 })
        )
        {
            var (plain, both) = (new ByteWriter(), new ByteWriter());
            plain.VarUint((ulong)number);
            plain.VarUint((ulong)number);
            both.VarUints(number, number);
            Assert.Equal(plain.ToArray(), both.ToArray());
            var at = 0;
            var isShort = ByteReader.TryUint([.. both.ToArray(), 0, 0], ref at, out var read);
            Assert.Equal(number < 1 << 28, isShort);
            if (isShort)
                Assert.Equal((number, both.Length / 2), (read, at));
        }
    }

    private static byte[]? Rewrite(string name, object? value, byte[] bytes)
    {
        var reader = new ByteReader(bytes);
        var writer = new ByteWriter();
        switch (name)
        {
            case "any":
                var read = AnyValue.Read(ref reader);
                Assert.True(reader.IsAtEnd);
                AnyValue.Write(writer, read);
                Assert.Equal(writer.ToArray(), WriteAny(value));
                break;
            case "varUint":
                var number = reader.VarUint();
                Assert.Equal((ulong)(double)value!, number);
                writer.VarUint(number);
                break;
            case "varInt":
                writer.VarInt(reader.VarInt(out var negative), negative);
                break;
            case "varString":
                writer.VarString(reader.VarString());
                break;
            case "UintOptRleEncoder":
                var uints = new UintRunReader(reader);
                var uintWriter = new UintRunWriter();
                foreach (var each in Numbers(value))
                {
                    Assert.Equal((ulong)each, uints.Read());
                    uintWriter.Write((ulong)each);
                }
                uintWriter.Flush();
                return uintWriter.Bytes.ToArray();
            case "IntDiffOptRleEncoder":
                var differences = new DifferenceRunReader(reader);
                var differenceWriter = new DifferenceRunWriter();
                foreach (var each in Numbers(value))
                {
                    Assert.Equal(each, differences.Small(int.MaxValue, ""));
                    differenceWriter.Write(each);
                }
                differenceWriter.Flush();
                return differenceWriter.Bytes.ToArray();
            case "RleEncoder(uint8)":
                var small = new ByteRunReader(reader);
                var smallWriter = new ByteRunWriter();
                foreach (var each in Numbers(value))
                {
                    Assert.Equal(each, small.Read());
                    smallWriter.Write((byte)each);
                }
                return smallWriter.Bytes.ToArray();
            case "StringEncoder":
                var texts = new StringRunReader(reader);
                var textWriter = new StringRunWriter();
                foreach (var each in (object?[])value!)
                {
                    Assert.Equal((string)each!, texts.Read().ToString());
                    textWriter.Write((string)each!);
                }
                return textWriter.Finish().ToArray();
            default:
                // Columns that updates do not have.
                return null;
        }
        return writer.ToArray();
    }

    private static byte[] WriteAny(object? tagged)
    {
        var writer = new ByteWriter();
        AnyValue.Write(writer, AnyValue.Of(Session.Untag(tagged)));
        return writer.ToArray();
    }

    private static int[] Numbers(object? list) => Session.Ints(list);

    [Theory]
    [InlineData(0.1, "0.1")]
    [InlineData(1e21, "1e+21")]
    [InlineData(123456789012345680000.0, "123456789012345680000")]
    [InlineData(1e-6, "0.000001")]
    [InlineData(1e-7, "1e-7")]
    [InlineData(-1.5e-10, "-1.5e-10")]
    [InlineData(5e-324, "5e-324")]
    [InlineData(1.7976931348623157e308, "1.7976931348623157e+308")]
    [InlineData(-0.0, "0")]
    [InlineData(double.NaN, "null")]
    public void A_number_is_written_with_the_digits_of_JavaScript(double number, string json) =>
        Assert.Equal(json, JsonText.Write(number));

    [Theory]
    [InlineData("{\"a\":[1,2,{\"b\":null}],\"c\":\"\\u00e9\\n\"}", "{\"a\":[1,2,{\"b\":null}],\"c\":\"é\\n\"}")]
    [InlineData(" [ true , false ] ", "[true,false]")]
    [InlineData("{\"b\":1,\"10\":2,\"9\":3}", "{\"9\":3,\"10\":2,\"b\":1}")]
    [InlineData("\"\\ud83d\"", "\"\\ud83d\"")]
    public void Json_is_written_as_JavaScript_does(string from, string to) =>
        Assert.Equal(to, JsonText.Write(JsonText.Read(from, 0)));

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[1,]")]
    [InlineData("01")]
    [InlineData("1.")]
    [InlineData("\"\u0001\"")]
    [InlineData("nul")]
    [InlineData("1 2")]
    public void What_is_no_json_is_refused(string text) =>
        Assert.Throws<InvalidUpdateException>(() => JsonText.Read(text, 0));

    [Fact]
    public void Values_nested_too_deep_are_refused()
    {
        var deep = new string('[', Limits.ValueDepth + 2) + new string(']', Limits.ValueDepth + 2);
        Assert.Throws<InvalidUpdateException>(() => JsonText.Read(deep, 0));
        byte[] any = [.. Enumerable.Repeat((byte[])[117, 1], Limits.ValueDepth + 2).SelectMany(each => each), 126];
        Assert.Throws<InvalidUpdateException>(() =>
        {
            var reader = new ByteReader(any);
            AnyValue.Read(ref reader);
        });
    }
}
