import { type Browser, chromium, type Page } from 'playwright-core';
import { provideBrowser } from '../../provision/browser';

/** CSS pixels. */
export interface Viewport {
  readonly width: number;
  readonly height: number;
}

/** Starts the headless browser that workbenches run in, sealed off from its vendor's network services. */
export async function launchBrowser(): Promise<Browser> {
  return await chromium.launch({
    ...(await provideBrowser()),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  });
}

/** Opens an empty page with a state of its own. */
export async function openPage(browser: Browser, viewport: Viewport): Promise<Page> {
  const context = await browser.newContext({ viewport, locale: 'en-US', reducedMotion: 'reduce' });
  return await context.newPage();
}

/** Collects what a page logs into the array it returns, one entry a message. */
export function recordConsole(page: Page): string[] {
  const log: string[] = [];
  page.on('console', (message) => log.push(`[${message.type()}] ${message.text()}`));
  page.on('pageerror', (error) => log.push(`[uncaught] ${error.stack ?? error}`));
  return log;
}
