import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';
import { extract } from 'tar';

/** Decompresses a Brotli file into an executable one. */
export async function unpackExecutable(brotliFile: string, executable: string): Promise<void> {
  await pipeline(
    createReadStream(brotliFile),
    createBrotliDecompress(),
    createWriteStream(executable, { mode: 0o755 }),
  );
}

/**
 * Unpacks a Brotli-compressed tar archive.
 *
 * @param wanted keeps only the entries it returns true for; everything by default
 */
export async function unpackArchive(
  brotliFile: string,
  folder: string,
  wanted: (entry: string) => boolean = () => true,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  await pipeline(
    createReadStream(brotliFile),
    createBrotliDecompress(),
    extract({ cwd: folder, filter: wanted }),
  );
}
