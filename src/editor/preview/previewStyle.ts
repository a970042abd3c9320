import { ColorThemeKind, ThemeColor, window } from 'vscode';

/** How fills, and what is said of them, are drawn: as text that decorations put beside the code. */

export function fillStyle(text: string, margin: string) {
  return {
    contentText: unbroken(text),
    margin,
    color: new ThemeColor('unmask.fillForeground'),
    backgroundColor: new ThemeColor('unmask.fillBackground'),
    textDecoration: `none; background-image: ${opaque}; padding: ${inHighContrast() ? '0' : LINE_PADDING}`,
    ...(inHighContrast() ? { border: '1px solid', borderColor: fillBorder } : {}),
  };
}

/** Lines are higher than what text covers of them. */
const LINE_PADDING = '0.15em 0';

/**
 * A fill's background shows what lies below it, and marks of the code, a selection as well, reach below what is drawn
 * right behind the code. What follows the text decoration is taken for CSS, which nothing else of VS Code's API lets in;
 * without it, the background is as it was.
 */
const opaque = ['unmask-fillBackground', 'editor-background']
  .map((color) => `linear-gradient(var(--vscode-${color}) 0 0)`)
  .join(', ');

const fillBorder = new ThemeColor('unmask.fillBorder');

/** Elsewhere a border, even a transparent one, would only draw rules between the rows of a box. */
export function inHighContrast(): boolean {
  const { kind } = window.activeColorTheme;
  return kind === ColorThemeKind.HighContrast || kind === ColorThemeKind.HighContrastLight;
}

export function remarkStyle(text: string, margin: string) {
  return {
    contentText: unbroken(text),
    margin,
    fontStyle: 'italic',
    color: new ThemeColor('unmask.progressForeground'),
  };
}

/** Drawn text loses its runs of spaces unless they are no-break spaces. */
function unbroken(text: string): string {
  return text.replaceAll(' ', '\u00a0');
}
