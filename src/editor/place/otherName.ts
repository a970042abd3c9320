import type { Uri } from 'vscode';

/** Where a file is once these, or the folders that it is in, have been renamed; null where that left it alone. */
export function renamed(
  file: Uri,
  files: readonly { readonly oldUri: Uri; readonly newUri: Uri }[],
): Uri | null {
  for (const { oldUri, newUri } of files) {
    const [name, old] = [file.toString(), oldUri.toString()];
    if (name === old) return newUri;
    if (name.startsWith(`${old}/`))
      return newUri.with({ path: newUri.path + file.path.slice(oldUri.path.length) });
  }
  return null;
}
