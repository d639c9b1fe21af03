using System.Text;
using CustomMiddleware;

Console.OutputEncoding = Encoding.UTF8;
await Demo.RunAsync(Console.Out);
