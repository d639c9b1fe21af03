using System.Reflection;

namespace StreamingAdapters.Tests.Errors;

/// <summary>Every row of the design's table of errors is hit by a test.</summary>
public sealed class ErrorSpecificationTests
{
    public static TheoryData<string, string> Claims => [.. ErrorSpecification.Claims.Select(claim => (claim.Provider, claim.Condition))];

    [Fact]
    public void Rows_OfTheDesign_AreEachClaimedOnce()
    {
        IReadOnlyList<(string Provider, string Condition)>? rows = ErrorSpecification.Rows;
        Assert.SkipWhen(rows is null, "no table of errors: ../shared/design/errors.md is not beside the repository");

        Assert.True(rows!.Count > 75, $"{rows.Count} rows were read.");
        Assert.All(rows, row => Assert.Single(ErrorSpecification.Claims, claim => claim.Provider == row.Provider && row.Condition.StartsWith(claim.Condition, StringComparison.Ordinal)));
        Assert.Equal(rows.Count, ErrorSpecification.Claims.Count);
    }

    [Theory]
    [MemberData(nameof(Claims))]
    public void Claim_BodiesAndTests_AreThere(string provider, string condition)
    {
        ErrorSpecification.Claim claim = ErrorSpecification.Claims.Single(claim => (claim.Provider, claim.Condition) == (provider, condition));

        Assert.True(claim.Bodies is not null || claim.Tests.Length > 0, "Nothing hits it.");
        Assert.All(claim.Bodies?.Kinds ?? [], kind => Assert.Contains(ErrorRows.All, row => row.Provider == claim.Bodies!.Value.Provider && row.Kind == kind));
        Assert.All(claim.Tests, test => Assert.NotNull(Find(test)));
    }

    private static MethodInfo? Find(string test)
    {
        string[] parts = test.Split('.');
        Type type = Assert.Single(typeof(ErrorSpecificationTests).Assembly.GetTypes(), type => type.Name == parts[0]);
        return type.GetMethod(parts[1]) is { } method && method.GetCustomAttributes().Any(attribute => attribute is FactAttribute) ? method : null;
    }
}
