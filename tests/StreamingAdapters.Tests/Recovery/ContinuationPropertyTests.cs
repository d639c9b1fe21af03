using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Recovery;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Recovery;

/// <summary>A model that breaks off and repeats 0 to 80 characters as it goes on, through the whole stage.</summary>
public sealed class ContinuationPropertyTests
{
    private const int MaxRepeat = 80;

    // What is this long is no chance.
    private const int SureWordCharacters = 12;

    private static readonly int[] PieceLengths = [1, 7, 300];

    public static MatrixTheoryData<int, int> TextsInPieces => new(Enumerable.Range(0, SeamTexts.All.Length), PieceLengths);

    public static MatrixTheoryData<int, string> ChangedTexts => new(Enumerable.Range(0, SeamTexts.All.Length), RepeatChange.All.Keys);

    [Theory]
    [MemberData(nameof(TextsInPieces))]
    public async Task Stream_ExactRepeat_JoinsExactly(int index, int pieceLength)
    {
        int exact = 0;
        foreach ((string received, string repeated, string next) in Cuts(SeamTexts.All[index]))
        {
            (string joined, StreamContinuation continuation) = await ContinueAsync(received, repeated + next, pieceLength);

            AssertDeclared(received, repeated + next, next, joined, continuation);
            if (Joining.CountWordCharacters(repeated) >= SureWordCharacters)
            {
                Assert.Equal(received + next, joined);
                Assert.Equal(received.Length, continuation.Position);

                // A blank that a repeat begins with may as well be the model's own.
                Assert.InRange(continuation.Overlap, repeated.TrimStart().Length, repeated.Length);
                exact++;
            }
        }

        Assert.True(exact > 20, $"{exact} exact");
    }

    [Theory]
    [MemberData(nameof(ChangedTexts))]
    public async Task Stream_ChangedRepeat_LosesNothingAndDeclaresTheRest(int index, string change)
    {
        int joinedExactly = 0;
        foreach ((string received, string repeated, string next) in Cuts(SeamTexts.All[index]))
        {
            // Whitespace at the cut that was changed cannot be told from new whitespace.
            if (Joining.CountWordCharacters(repeated) < SureWordCharacters || char.IsWhiteSpace(received[^1]) || char.IsWhiteSpace(next[0]))
            {
                continue;
            }

            string head = RepeatChange.All[change](repeated) + next;
            (string joined, StreamContinuation continuation) = await ContinueAsync(received, head, pieceLength: 7);

            AssertDeclared(received, head, next, joined, continuation);
            joinedExactly += joined == received + next ? 1 : 0;
        }

        Assert.True(joinedExactly > 10, $"{joinedExactly} exact");
    }

    private static IEnumerable<(string Received, string Repeated, string Next)> Cuts(string text)
    {
        for (int cut = MaxRepeat; cut < text.Length - 1; cut += Math.Max(1, text.Length / 11))
        {
            for (int repeat = 0; repeat <= MaxRepeat; repeat += 4)
            {
                string received = text[..cut];
                string repeated = received[(cut - repeat)..];
                string next = text[cut..];
                bool isChance = Joining.LongestRepeat(received, repeated + next) != Joining.Normalize(repeated);
                if (!isChance && Joining.IsGraphemeStart(text, cut) && Joining.IsGraphemeStart(text, cut - repeat))
                {
                    yield return (received, repeated, next);
                }
            }
        }
    }

    private static async Task<(string Joined, StreamContinuation Continuation)> ContinueAsync(string received, string head, int pieceLength)
    {
        StreamScript first = InPieces(received, pieceLength).Fault(Recovering.Failure(ChatErrorKind.Network));
        using var client = new StreamingRecoveryChatClient(
            new ScriptedChatClient(first, InPieces(head, pieceLength).Finish()), new StreamingRecoveryOptions { Continuation = { Enabled = true } });

        List<ChatResponseUpdate> updates = await client.ReadAsync();

        return (Recovering.TextOf(updates), updates.Select(update => StreamContinuation.ReadFrom(update.AdditionalProperties)).OfType<StreamContinuation>().Single());
    }

    private static StreamScript InPieces(string text, int length) => text.Chunk(length).Aggregate(StreamScript.New(), (script, piece) => script.Text(new string(piece)));

    private static void AssertDeclared(string received, string head, string next, string joined, StreamContinuation continuation)
    {
        var seam = new Seam(head.Length - (joined.Length - received.Length), continuation.Overlap, continuation.Uncertain, continuation.Confidence);
        Assert.EndsWith(next, joined, StringComparison.Ordinal);
        Assert.True(Joining.IsDeclared(received + next, received, head, seam), $"…{received[^20..]}| + |{head[..Math.Min(head.Length, 60)]}…: {seam}");
    }
}
