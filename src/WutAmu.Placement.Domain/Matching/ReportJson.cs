using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace WutAmu.Placement.Domain.Matching;

/// <summary>JSON of explanations, sensitivities, diagnoses and reports: member names in camel case, words for kinds, null where there is nothing.</summary>
public static class ReportJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
        NewLine = "\n",
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public static byte[] Write<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, Options);

    public static JsonElement ToElement<T>(T value) => JsonSerializer.SerializeToElement(value, Options);

    /// <exception cref="JsonException">Not the JSON of a <typeparamref name="T"/>.</exception>
    public static T Read<T>(JsonElement element) => element.Deserialize<T>(Options) ?? throw new JsonException($"null is no {typeof(T).Name}.");
}
