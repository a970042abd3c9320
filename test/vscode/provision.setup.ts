import { provideBrowser } from '../provision/browser';
import { provideVsCodeServer } from '../provision/vscodeServer';

/** Installs what the tests need before any of them starts, so that no test's time limit has to allow for it. */
export async function setup(): Promise<void> {
  const notice = setTimeout(
    () =>
      console.log('Installing VS Code and a browser for the tests (once, half a minute or so)…'),
    500,
  );
  await Promise.all([provideVsCodeServer(), provideBrowser()]);
  clearTimeout(notice);
}
