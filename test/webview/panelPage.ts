import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Browser, Locator, Page } from 'playwright-core';
import { panelHtml } from '../../src/panel/html';
import type { HostToPanel, PanelState, PanelToHost } from '../../src/panel/messages';
import { state } from './recorded';
import { type ThemeKind, themes } from './themes';

const origin = 'http://panel.test';
const bundle = fileURLToPath(new URL('../../dist/webview/', import.meta.url));
/** The parts of VS Code's webview page that the panel meets: the API, whose state outlives a reload, and violations made audible. */
const standInForVsCode = `
  globalThis.acquireVsCodeApi = () => ({
    postMessage: (message) => say(message),
    getState: () => JSON.parse(sessionStorage.getItem('state') ?? 'null') ?? undefined,
    setState: (state) => sessionStorage.setItem('state', JSON.stringify(state)),
  });
  document.addEventListener('securitypolicyviolation', (event) => {
    console.error('policy violated:', event.violatedDirective, event.blockedURI, event.sourceFile, event.lineNumber);
  });
`;

/** Puts a theme on, as VS Code does: variables on the root element, classes on the body. */
const wear = (theme: ThemeKind) => `{
  const { classes, variables } = ${JSON.stringify(themes[theme])};
  const dress = () => {
    const { style } = document.documentElement;
    for (const name of [...style]) style.removeProperty(name);
    for (const [name, value] of Object.entries(variables)) style.setProperty('--vscode-' + name, value);
    style.setProperty('background', variables['sideBar-background']);
    document.body.className = classes.join(' ');
  };
  if (document.body) dress();
  else document.addEventListener('DOMContentLoaded', dress);
}`;

const contentTypes: Readonly<Record<string, string>> = {
  js: 'text/javascript',
  css: 'text/css',
  ttf: 'font/ttf',
};

export interface PanelPageOptions {
  readonly theme?: ThemeKind;
  /** CSS pixels. */
  readonly width?: number;
  readonly height?: number;
}

/** The built panel in a browser, under its own content security policy, with the test in the place of the extension. */
export interface PanelPage {
  readonly page: Page;
  /** What went wrong in the page so far: errors, warnings, violations of the policy. */
  readonly problems: readonly string[];
  send(message: HostToPanel): Promise<void>;
  /** Sends a whole state, if not said otherwise that after the recorded run, and waits until it is drawn. */
  show(shown?: PanelState): Promise<void>;
  /** What the panel has said since the page was opened, over all reloads. */
  said(): Promise<PanelToHost[]>;
  useTheme(theme: ThemeKind): Promise<void>;
  slots(): Locator;
  scrubber(): Locator;
}

/** Opens the panel as VS Code would and waits until it says `ready`. */
export async function openPanel(
  browser: Browser,
  { theme = 'dark', width = 380, height = 900 }: PanelPageOptions = {},
): Promise<PanelPage> {
  const context = await browser.newContext({ viewport: { width, height }, locale: 'en-US' });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(`uncaught: ${error.message}`));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) problems.push(message.text());
  });
  await page.route(`${origin}/**`, async (route) => {
    const file = new URL(route.request().url()).pathname.slice(1);
    if (file === '') return route.fulfill({ contentType: 'text/html', body: html() });
    const contentType = contentTypes[file.split('.').pop() ?? ''];
    if (contentType === undefined) return route.abort();
    return route.fulfill({ contentType, body: await readFile(bundle + file) });
  });
  const said: PanelToHost[] = [];
  await page.exposeFunction('say', (message: PanelToHost) => void said.push(message));
  await page.addInitScript(standInForVsCode);
  await page.addInitScript(wear(theme));
  await page.goto(origin);
  const send = (message: HostToPanel): Promise<void> =>
    page.evaluate(`window.postMessage(${JSON.stringify(JSON.stringify(message))})`);
  return {
    page,
    problems,
    said: async () => said,
    send,
    show: async (shown = state) => {
      await send({ kind: 'state', state: shown });
      await page.getByRole('heading', { level: 1 }).waitFor();
    },
    useTheme: (next) => page.evaluate(wear(next)),
    slots: () => page.getByRole('option').and(page.locator('[data-slot]')),
    scrubber: () => page.getByRole('slider', { name: 'Step', exact: true }),
  };
}

function html(): string {
  return panelHtml({
    script: `${origin}/panel.js`,
    style: `${origin}/panel.css`,
    cspSource: origin,
    nonce: 'once',
  });
}
