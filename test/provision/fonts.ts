import { writeFile } from 'node:fs/promises';
import path from 'node:path';

const configuration = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">.</dir>
  <alias><family>monospace</family><prefer><family>DejaVu Sans Mono</family></prefer></alias>
  <alias><family>sans-serif</family><prefer><family>DejaVu Sans</family></prefer></alias>
</fontconfig>
`;

/** Writes a `fonts.conf` that offers the fonts lying beside it, so that a system without any shows text. */
export async function writeFontConfiguration(folder: string): Promise<void> {
  await writeFile(path.join(folder, 'fonts.conf'), configuration);
}
