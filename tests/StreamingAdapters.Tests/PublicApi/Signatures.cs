using System.Globalization;
using System.Reflection;

namespace StreamingAdapters.Tests.PublicApi;

/// <summary>Members as they are declared, without bodies.</summary>
internal static class Signatures
{
    private static readonly NullabilityInfoContext Nullability = new();
    private static readonly Lock Gate = new();

    public static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    public static string Of(ConstructorInfo constructor) => $"{Access(constructor)}.ctor({Parameters(constructor)})";

    public static string Of(MethodInfo method)
    {
        string generic = method.IsGenericMethodDefinition ? $"<{string.Join(", ", method.GetGenericArguments().Select(argument => argument.Name))}>" : "";
        return $"{Access(method)}{Modifier(method)}{NameOf(method.ReturnType)}{Mark(() => Nullability.Create(method.ReturnParameter))} {method.Name}{generic}({Parameters(method)})";
    }

    public static string Of(PropertyInfo property)
    {
        string get = property.GetMethod is { } getter && IsVisible(getter) ? " get;" : "";
        string set = property.SetMethod is { } setter && IsVisible(setter) ? IsInit(setter) ? " init;" : " set;" : "";
        MethodInfo accessor = property.GetMethod ?? property.SetMethod!;
        return $"{Access(accessor)}{Modifier(accessor)}{NameOf(property.PropertyType)}{Mark(() => Nullability.Create(property))} {property.Name} {{{get}{set} }}";
    }

    public static string Of(FieldInfo field)
    {
        string value = field.IsLiteral ? $" = {Value(field.GetRawConstantValue())}" : "";
        return $"{(field.IsLiteral ? "const " : field.IsStatic ? "static readonly " : "")}{NameOf(field.FieldType)} {field.Name}{value}";
    }

    public static string NameOf(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return NameOf(underlying) + "?";
        }

        if (type.IsByRef || type.IsArray)
        {
            return NameOf(type.GetElementType()!) + (type.IsArray ? "[]" : "&");
        }

        string name = type.IsGenericParameter ? type.Name : type.DeclaringType is { } outer ? $"{NameOf(outer)}.{type.Name}" : type.Name;
        int tick = name.IndexOf('`');
        return tick < 0 ? name : $"{name[..tick]}<{string.Join(", ", type.GetGenericArguments().Select(NameOf))}>";
    }

    private static bool IsInit(MethodInfo setter) => setter.ReturnParameter.GetRequiredCustomModifiers().Any(modifier => modifier.Name == "IsExternalInit");

    private static string Access(MethodBase method) => method.IsPublic ? "" : "protected ";

    private static string Modifier(MethodInfo method) => method.IsStatic ? "static " : method.DeclaringType!.IsInterface ? "" : method.IsAbstract ? "abstract "
        : method.GetBaseDefinition() != method ? "override " : method is { IsVirtual: true, IsFinal: false } ? "virtual " : "";

    private static string Parameters(MethodBase method)
    {
        bool isExtension = method.IsDefined(typeof(System.Runtime.CompilerServices.ExtensionAttribute), inherit: false);
        return (isExtension ? "this " : "") + string.Join(", ", method.GetParameters().Select(parameter =>
            $"{NameOf(parameter.ParameterType)}{Mark(() => Nullability.Create(parameter))} {parameter.Name}{(parameter.HasDefaultValue ? $" = {Value(parameter.DefaultValue)}" : "")}"));
    }

    private static string Mark(Func<NullabilityInfo> info)
    {
        lock (Gate)
        {
            NullabilityInfo nullability = info();
            return nullability.ReadState == NullabilityState.Nullable && !nullability.Type.IsValueType ? "?" : "";
        }
    }

    private static string Value(object? value) => value switch
    {
        null => "default",
        string text => $"\"{text}\"",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
