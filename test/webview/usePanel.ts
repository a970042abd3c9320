import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { launchBrowser } from '../vscode/harness/browser';
import { openPanel, type PanelPage } from './panelPage';

/** One browser for all tests of a file. */
export function useBrowser(): () => Browser {
  let browser: Browser | undefined;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());
  return () => {
    if (browser === undefined) throw new Error('The browser is open only while tests run.');
    return browser;
  };
}

/** A panel of its own for every test of a file, which fails where anything goes wrong in the page. */
export function usePanel(): PanelPage {
  const browser = useBrowser();
  let panel: PanelPage;
  beforeEach(async () => {
    panel = await openPanel(browser());
  });
  afterEach(async () => {
    await panel.page.context().close();
    expect(panel.problems).toEqual([]);
  });
  return {
    get page() {
      return panel.page;
    },
    get problems() {
      return panel.problems;
    },
    send: (message) => panel.send(message),
    show: (shown) => panel.show(shown),
    said: () => panel.said(),
    useTheme: (theme) => panel.useTheme(theme),
    slots: () => panel.slots(),
    scrubber: () => panel.scrubber(),
  };
}
