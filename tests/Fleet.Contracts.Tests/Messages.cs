using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Fleet.Contracts.Tests;

/// <summary>The wire records by reflection: messages are those that no other one is made of.</summary>
internal static class Messages
{
    /// <summary>As they travel: System.Text.Json with camel-case names.</summary>
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static IReadOnlyList<Type> Records { get; } =
        [.. typeof(ContractNumber).Assembly.GetExportedTypes().Where(IsRecord).OrderBy(t => t.Name, StringComparer.Ordinal)];

    public static IReadOnlyList<Type> All { get; } = [.. Records.Except(Records.SelectMany(PartsOf))];

    public static IReadOnlyList<Type> Enums { get; } = [.. typeof(ContractNumber).Assembly.GetExportedTypes().Where(t => t.IsEnum).OrderBy(t => t.Name, StringComparer.Ordinal)];

    public static IEnumerable<PropertyInfo> PropertiesOf(Type record) =>
        record.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.GetIndexParameters().Length == 0);

    /// <summary>It must be there: <c>required</c>, or a parameter of the record without a default.</summary>
    public static bool IsRequired(PropertyInfo property) =>
        property.IsDefined(typeof(RequiredMemberAttribute))
        || property.DeclaringType!.GetConstructors().SelectMany(c => c.GetParameters()).Any(p => p.Name == property.Name && !p.HasDefaultValue);

    public static string CamelCase(string name) => JsonNamingPolicy.CamelCase.ConvertName(name);

    public static string KebabCase(string name) => JsonNamingPolicy.KebabCaseLower.ConvertName(name);

    private static bool IsRecord(Type type) => type is { IsClass: true, IsAbstract: false } && type.GetMethod("<Clone>$") is not null;

    private static IEnumerable<Type> PartsOf(Type record) => PropertiesOf(record).SelectMany(p => Inside(p.PropertyType)).Where(t => t != record);

    private static IEnumerable<Type> Inside(Type type) => type.IsGenericType ? type.GetGenericArguments().SelectMany(Inside) : [type];
}
