import { promisify } from 'node:util';
import { type Entry, open, type ZipFile } from 'yauzl';

/** A file inside a VSIX. */
export interface VsixEntry {
  /** Path inside the extension, `/` between folders. */
  readonly path: string;
  /** Bytes it takes in the VSIX, and unpacked. */
  readonly compressed: number;
  readonly size: number;
}

const openZip = promisify<string, object, ZipFile>(open);

/** The files of the extension in a VSIX (which itself is a zip with the extension under `extension/`). */
export async function vsixEntries(vsix: string): Promise<VsixEntry[]> {
  const zip = await openZip(vsix, { lazyEntries: false });
  const entries: VsixEntry[] = [];
  return new Promise((resolve, reject) => {
    zip.on('entry', (entry: Entry) => {
      if (!entry.fileName.startsWith('extension/')) return;
      entries.push({
        path: entry.fileName.slice('extension/'.length),
        compressed: entry.compressedSize,
        size: entry.uncompressedSize,
      });
    });
    zip.once('end', () => resolve(entries));
    zip.once('error', reject);
  });
}
