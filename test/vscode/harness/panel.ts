import type { FrameLocator, Page } from 'playwright-core';
import { runCommand } from './palette';

/**
 * The document inside an extension's webview, for locators: `panelFrame(page).getByRole('button')`.
 *
 * VS Code nests it in a frame of its own, and replaces both when the webview reloads or moves; a frame
 * locator finds the current ones each time it is used.
 *
 * @param extensionId `publisher.name`
 */
export function panelFrame(page: Page, extensionId = 'unmask.unmask'): FrameLocator {
  return page
    .frameLocator(`iframe.webview[src*="extensionId=${extensionId}"]`)
    .frameLocator('#active-frame');
}

/** Reloads every webview, as happens when a view moves or the window reloads. */
export async function reloadWebviews(page: Page): Promise<void> {
  await runCommand(page, 'Developer: Reload Webviews');
}
