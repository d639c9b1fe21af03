using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;

namespace StreamingAdapters.Tests.Providers;

/// <summary>Properties over generated values; each run generates the same ones.</summary>
internal static class Property
{
    /// <summary>Fails with the smallest value that breaks it.</summary>
    public static void Check<T>(Gen<T> values, int count, Func<T, Task> check, int endSize = 100)
    {
        var replay = new Replay(new Rnd(20_260_728), FSharpOption<int>.None);
        Config config = Config.QuickThrowOnFailure.WithMaxTest(count).WithEndSize(endSize).WithQuietOnSuccess(true).WithReplay(replay);

        FsCheck.Check.One(config, Prop.ForAll(values.ToArbitrary(), check));
    }

    /// <inheritdoc cref="Check{T}(Gen{T}, int, Func{T, Task}, int)"/>
    public static void Check<T>(Gen<T> values, int count, Action<T> check) => Check(values, count, value =>
    {
        check(value);
        return Task.CompletedTask;
    });
}
