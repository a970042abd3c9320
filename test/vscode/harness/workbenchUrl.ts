/** One of the workbench's own start options, e.g. `['extensionTestsPath', …]`. */
export type StartOption = readonly [name: string, value: string];

/**
 * The address at which the workbench opens a folder.
 *
 * @param extensionFolder an extension to run from its source tree
 * @param options more start options
 */
export function workbenchUrl(
  origin: string,
  workspace: string,
  extensionFolder: string | undefined,
  options: readonly StartOption[] = [],
): string {
  const payload: StartOption[] = [
    ...options,
    ['skipWelcome', 'true'],
    ['skipReleaseNotes', 'true'],
  ];
  if (extensionFolder !== undefined) {
    payload.push(['extensionDevelopmentPath', remoteUri(origin, extensionFolder)]);
  }
  const url = new URL(origin);
  url.searchParams.set('folder', workspace);
  url.searchParams.set('payload', JSON.stringify(payload));
  return url.href;
}

/** How the workbench names a file on the server's side. */
export function remoteUri(origin: string, file: string): string {
  return `vscode-remote://${new URL(origin).host}${file}`;
}
