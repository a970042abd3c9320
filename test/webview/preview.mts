/**
 * Takes pictures of the built panel with the recorded trace, in every theme and two widths, for a person to look at:
 * `npx tsx test/webview/preview.mts`, then open `test-results/panel/`.
 */
import { fileURLToPath } from 'node:url';
import { launchBrowser } from '../vscode/harness/browser';
import { openPanel } from './panelPage';
import { branchedState } from './recorded';
import { type ThemeKind, themes } from './themes';

const folder = fileURLToPath(new URL('../../test-results/panel/', import.meta.url));
const browser = await launchBrowser();
for (const theme of Object.keys(themes) as ThemeKind[])
  for (const width of [300, 1000]) {
    const { page, send, problems } = await openPanel(browser, { theme, width });
    await send({ kind: 'state', state: branchedState });
    await page.locator('[data-slot]').nth(3).click();
    for (let back = 0; back < 8; back++) await page.keyboard.press(',');
    await page.keyboard.press('Delete');
    await page.screenshot({ path: `${folder}${theme}.${width}.png`, fullPage: true });
    for (const problem of problems) console.error(theme, problem);
    await page.context().close();
  }
await browser.close();
console.log(`Pictures are in ${folder}`);
