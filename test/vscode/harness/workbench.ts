import type { Page } from 'playwright-core';
import { inExtensionHost } from './bridge';
import { launchBrowser, openPage, recordConsole, type Viewport } from './browser';
import { saveEvidence } from './evidence';
import { createRunFolders, installBridge, type RunFolders } from './folders';
import { installVsix, startServer, type VsCodeServer } from './server';
import { workbenchUrl } from './workbenchUrl';

const attempts = 2;
const readyLimitMs = 60_000;

/** The extension a workbench runs: a source tree, as F5 would, or a packaged file, as users install it. */
export type ExtensionUnderTest =
  | { readonly kind: 'development'; readonly folder: string }
  | { readonly kind: 'packaged'; readonly vsix: string };

export interface WorkbenchOptions {
  readonly extension: ExtensionUnderTest;
  /** Copied to a temporary folder, which is opened. */
  readonly workspace: string;
  /** User settings on top of the harness's quiet ones. */
  readonly settings?: Record<string, unknown>;
  readonly viewport?: Viewport;
}

/** VS Code open in a browser. */
export interface Workbench {
  readonly page: Page;
  readonly folders: RunFolders;
  readonly server: VsCodeServer;
  /** What the page has logged so far, one entry a message. */
  readonly pageLog: readonly string[];
  /** Closes the browser and the server and removes the folders. */
  close(): Promise<void>;
}

/**
 * Opens VS Code and waits until its extension host answers. A start that fails is tried once more.
 *
 * @throws when VS Code does not come up; everything it started is closed then
 */
export async function openWorkbench(options: WorkbenchOptions): Promise<Workbench> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await openOnce(options);
    } catch (error) {
      if (attempt === attempts) throw error;
      console.warn(`VS Code did not start; trying again. ${error}`);
    }
  }
}

async function openOnce(options: WorkbenchOptions): Promise<Workbench> {
  const { extension, workspace, settings = {}, viewport = { width: 1280, height: 800 } } = options;
  const closers: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  let started: Workbench | undefined;
  try {
    const folders = await createRunFolders(workspace, settings);
    closers.push(folders.remove);
    await installBridge(folders);
    if (extension.kind === 'packaged') await installVsix(extension.vsix, folders);
    const server = await startServer(folders);
    closers.push(server.close);
    const browser = await launchBrowser();
    closers.push(() => browser.close());
    const page = await openPage(browser, viewport);
    const workbench = { page, folders, server, pageLog: recordConsole(page), close };
    started = workbench;

    const developed = extension.kind === 'development' ? extension.folder : undefined;
    await page.goto(workbenchUrl(server.origin, folders.workspace, developed));
    await page.waitForSelector('.monaco-workbench', { timeout: readyLimitMs });
    await inExtensionHost(workbench, () => null, null, { waitMs: readyLimitMs });
    return workbench;
  } catch (error) {
    if (started !== undefined) await saveEvidence(started, 'start-of-vscode');
    await close();
    throw error;
  }
}
