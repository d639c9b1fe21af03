using System.Text;
using ConsoleChat;
using ConsoleChat.Input;

Console.OutputEncoding = Encoding.UTF8;
using var interruption = new Interruption();
Console.CancelKeyPress += (_, pressed) => pressed.Cancel = interruption.Press();
return await new ChatApp(ChatTerminal.FromConsole(), interruption).RunAsync(args);
