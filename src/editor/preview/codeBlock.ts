/**
 * Markdown of a block of code. VS Code's own `appendCodeblock` (1.100) overlooks fences that are indented: such a line ends the
 * block there, and what follows it is read as Markdown.
 */
export function codeBlock(code: string, language: string): string {
  const fences = Array.from(code.matchAll(/`+/g), ([{ length }]) => length);
  const fence = '`'.repeat(Math.max(3, ...fences.map((length) => length + 1)));
  return `\n${fence}${language}\n${code}\n${fence}\n`;
}
