import path from 'node:path';
import { inExtensionHost } from './bridge';
import { resultsFolder } from './evidence';
import type { Workbench } from './workbench';

/** VS Code's own themes of each kind, and the class by which its page tells which kind is on. */
const themes = {
  dark: { label: 'Default Dark Modern', className: 'vs-dark' },
  light: { label: 'Default Light Modern', className: 'vs' },
  'high-contrast': { label: 'Default High Contrast', className: 'hc-black' },
  'high-contrast-light': { label: 'Default High Contrast Light', className: 'hc-light' },
} as const;

export type Theme = keyof typeof themes;

/** Switches the colour theme and waits until the workbench wears it. */
export async function useTheme(workbench: Workbench, theme: Theme): Promise<void> {
  const { label, className } = themes[theme];
  await inExtensionHost(
    workbench,
    async (vscode, name) => {
      const settings = vscode.workspace.getConfiguration('workbench');
      await settings.update('colorTheme', name, vscode.ConfigurationTarget.Global);
    },
    label,
  );
  await workbench.page.locator(`.monaco-workbench.${className}`).waitFor();
}

/**
 * Takes a picture of the whole window.
 *
 * @returns the file: `test-results/screenshots/<name>.<theme>.png`
 */
export async function screenshot(
  workbench: Workbench,
  name: string,
  theme: Theme,
): Promise<string> {
  await useTheme(workbench, theme);
  const file = path.join(resultsFolder, 'screenshots', `${name}.${theme}.png`);
  await workbench.page.screenshot({ path: file, animations: 'disabled' });
  return file;
}
