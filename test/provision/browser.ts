import { existsSync } from 'node:fs';
import { cp, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { cachedFolder } from './cachedFolder';
import { writeFontConfiguration } from './fonts';
import { installLocked, lockHash } from './lockedPackages';
import { unpackArchive, unpackExecutable } from './unpack';

const lockFolder = fileURLToPath(new URL('locks/browser', import.meta.url));
/** Raise it when the recipe below changes. */
const recipe = 2;

/** A Chromium that playwright-core can launch, and what its process needs. */
export interface Browser {
  executablePath: string;
  env: NodeJS.ProcessEnv;
}

/**
 * A Chromium for the tests: the one `CHROME_PATH` names, else on Linux x64 the headless build from the npm
 * registry with the libraries and fonts it lacks on a bare system, else an installed one.
 *
 * @throws where there is none, saying how to name one
 */
export async function provideBrowser(): Promise<Browser> {
  const named = process.env.CHROME_PATH;
  if (named !== undefined) {
    if (!existsSync(named)) throw new Error(`CHROME_PATH names ${named}, which does not exist.`);
    return { executablePath: named, env: process.env };
  }
  if (process.platform === 'linux' && process.arch === 'x64') {
    const folder = await provideBrowserFolder();
    return {
      executablePath: path.join(folder, 'chromium'),
      env: {
        ...process.env,
        LD_LIBRARY_PATH: path.join(folder, 'lib'),
        FONTCONFIG_PATH: path.join(folder, 'fonts'),
      },
    };
  }
  const installed = installedBrowsers.find(existsSync);
  if (installed === undefined) {
    throw new Error('No browser was found: set CHROME_PATH to a Chrome or Chromium executable.');
  }
  return { executablePath: installed, env: process.env };
}

const installedBrowsers = [
  '/usr/bin/chromium',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/**
 * The unpacked Linux x64 browser: `chromium`, `lib/` (NSS and Expat), `fonts/`, and `vulkan/` (SwiftShader
 * and the Vulkan loader).
 */
export function provideBrowserFolder(): Promise<string> {
  const key = `${lockHash(lockFolder)}-${recipe}`;
  return cachedFolder('browser', key, async (folder) => {
    await installLocked(lockFolder, folder);
    const packages = path.join(folder, 'node_modules');
    const bin = path.join(packages, '@sparticuz/chromium/bin');
    const isVulkan = (entry: string) => /vulkan|vk_swiftshader/.test(entry);
    await Promise.all([
      unpackExecutable(path.join(bin, 'chromium.br'), path.join(folder, 'chromium')),
      unpackArchive(path.join(bin, 'al2023.tar.br'), folder),
      unpackArchive(path.join(bin, 'swiftshader.tar.br'), path.join(folder, 'vulkan'), isVulkan),
      copyFonts(path.join(packages, 'dejavu-fonts-ttf/ttf'), path.join(folder, 'fonts')),
    ]);
    await rm(packages, { recursive: true });
  });
}

async function copyFonts(from: string, to: string): Promise<void> {
  const isUsed = (file: string) => /^DejaVuSans(Mono)?(-Bold|-Oblique)?\.ttf$/.test(file);
  for (const file of (await readdir(from)).filter(isUsed)) {
    await cp(path.join(from, file), path.join(to, file));
  }
  await writeFontConfiguration(to);
}
