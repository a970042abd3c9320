import type { FileHandle } from 'node:fs/promises';

/** @throws {Error} where not all of it could be written: a disk that is nearly full may take a part without an error */
export async function writeWhole(
  file: FileHandle,
  bytes: Uint8Array,
  position: number,
): Promise<void> {
  const { bytesWritten } = await file.write(bytes, 0, bytes.length, position);
  if (bytesWritten < bytes.length) throw new Error('no space left');
}
