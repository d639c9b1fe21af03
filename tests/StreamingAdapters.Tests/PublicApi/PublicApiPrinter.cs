using System.Reflection;
using System.Text;

namespace StreamingAdapters.Tests.PublicApi;

/// <summary>An assembly's public surface as text, one line a member, in a stable order.</summary>
internal static class PublicApiPrinter
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static string Print(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (IGrouping<string?, Type> space in assembly.GetExportedTypes().GroupBy(type => type.Namespace).OrderBy(space => space.Key, StringComparer.Ordinal))
        {
            text.Append("namespace ").Append(space.Key).Append('\n');
            foreach (Type type in space.OrderBy(Signatures.NameOf, StringComparer.Ordinal))
            {
                text.Append("  ").Append(Head(type)).Append('\n');
                foreach (string member in Members(type).Order(StringComparer.Ordinal))
                {
                    text.Append("    ").Append(member).Append('\n');
                }
            }
        }

        return text.ToString();
    }

    private static string Head(Type type)
    {
        string kind = type.IsEnum ? "enum" : type.IsInterface ? "interface" : type.IsValueType ? "struct" : typeof(Delegate).IsAssignableFrom(type) ? "delegate" : "class";
        string modifier = type is { IsAbstract: true, IsSealed: true } ? "static " : kind != "class" ? "" : type.IsAbstract ? "abstract " : type.IsSealed ? "sealed " : "";
        IEnumerable<Type> own = type.GetInterfaces().Except(type.BaseType?.GetInterfaces() ?? []);
        IEnumerable<Type> bases = (type.BaseType is { } b && b != typeof(object) && b != typeof(ValueType) && b != typeof(Enum) ? [b] : Type.EmptyTypes).Concat(type.IsEnum ? [] : own);
        string list = string.Join(", ", bases.Where(x => x.IsVisible).Select(Signatures.NameOf));
        return $"{modifier}{kind} {Signatures.NameOf(type)}{(list.Length > 0 ? " : " + list : "")}";
    }

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum)
        {
            return Enum.GetNames(type).Select(name => $"{name} = {Convert.ToInt64(Enum.Parse(type, name))}");
        }

        // What the compiler writes for a record is implied by the word record.
        IEnumerable<string> constructors = type.GetConstructors(Declared).Where(Signatures.IsVisible).Select(Signatures.Of);
        IEnumerable<string> methods = type.GetMethods(Declared).Where(method => Signatures.IsVisible(method) && !method.IsSpecialName && !method.Name.Contains('<')).Select(Signatures.Of);
        IEnumerable<string> properties = type.GetProperties(Declared).Where(property => property.GetAccessors(nonPublic: true).Any(Signatures.IsVisible)).Select(Signatures.Of);
        IEnumerable<string> fields = type.GetFields(Declared).Where(field => field.IsPublic || field.IsFamily).Select(Signatures.Of);
        IEnumerable<string> events = type.GetEvents(Declared).Select(e => $"event {Signatures.NameOf(e.EventHandlerType!)} {e.Name}");
        return constructors.Concat(methods).Concat(properties).Concat(fields).Concat(events);
    }
}
