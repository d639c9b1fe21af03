using System.Text.Json.Serialization;

namespace StreamingAdapters.Testing.Tests.Emulation;

[JsonSerializable(typeof(string))]
internal sealed partial class StringJson : JsonSerializerContext;
