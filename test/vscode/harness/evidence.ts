import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Workbench } from './workbench';

/** Where tests leave what a person may want to look at; ignored by git. */
export const resultsFolder = fileURLToPath(new URL('../../../test-results/', import.meta.url));

/**
 * Saves what tells why a test failed: a picture of the window, what the page and the server logged, and
 * VS Code's log folder with the extension host's log and every output channel. Says where it lies.
 */
export async function saveEvidence(workbench: Workbench, testName: string): Promise<void> {
  const { page, pageLog, server, folders } = workbench;
  const folder = path.join(resultsFolder, testName.replaceAll(/[^\w-]+/g, '-').slice(0, 120));
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await Promise.allSettled([
    page.screenshot({ path: path.join(folder, 'window.png'), timeout: 10_000 }),
    writeFile(path.join(folder, 'page.log'), pageLog.join('\n')),
    writeFile(path.join(folder, 'server.log'), server.output()),
    cp(path.join(folders.userData, 'logs'), path.join(folder, 'logs'), { recursive: true }),
  ]);
  console.error(`Evidence of the failure: ${folder}`);
}
