/**
 * The address at which the workbench opens a folder.
 *
 * @param extensionFolder an extension to run from its source tree
 */
export function workbenchUrl(
  origin: string,
  workspace: string,
  extensionFolder: string | undefined,
): string {
  const payload = [
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
function remoteUri(origin: string, file: string): string {
  return `vscode-remote://${new URL(origin).host}${file}`;
}
