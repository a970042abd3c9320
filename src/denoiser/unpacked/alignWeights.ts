import { type FileHandle, open, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { renameWritten } from '../folders/heldFiles';
import { writeWhole } from '../folders/writeWhole';
import { type OnnxInitializer, readOnnx, writeOnnx } from '../onnxFile';

/** Bytes: some processors' products read what is laid out for them in units of this, and crash at other places. */
const ALIGNMENT = 64;
/** Begins the keys under which ONNX Runtime says where the layout of a constant lies. */
const LAID_OUT = 'prepacked_';

/**
 * Moves the weights of a graph, and their layouts, to multiples of 64 bytes in their file, unless the layouts are there.
 * ONNX Runtime (1.30) writes one after the other without a gap.
 *
 * @param file the graph, as ONNX Runtime wrote it, with all its weights in one file beside it
 */
export async function alignWeights(file: string): Promise<void> {
  const model = readOnnx(await readFile(file));
  const external = model.graph.initializer.filter(({ externalData }) => externalData?.length);
  if (external.every(isAligned)) return;
  const weights = path.join(path.dirname(file), entry(external[0]!, 'location')!);
  const from = await open(weights, 'r');
  const to = await open(`${weights}.aligned`, 'w');
  let end = 0;
  const move = async (offset: number, length: number): Promise<number> => {
    const at = Math.ceil(end / ALIGNMENT) * ALIGNMENT;
    await copyBytes(from, offset, length, to, at);
    end = at + length;
    return at;
  };
  try {
    for (const constant of external) await moveConstant(constant, move);
  } finally {
    await from.close();
    await to.close();
  }
  await renameWritten(`${weights}.aligned`, weights);
  await writeFile(file, writeOnnx(model));
}

const isAligned = ({ externalData }: OnnxInitializer) =>
  externalData!
    .filter(({ key }) => key.startsWith(LAID_OUT))
    .flatMap(({ value }) => value.split('|').slice(1))
    .every((buffer) => Number(buffer.split(';')[0]) % ALIGNMENT === 0);

type Move = (offset: number, length: number) => Promise<number>;

async function moveConstant(constant: OnnxInitializer, move: Move): Promise<void> {
  const length = Number(entry(constant, 'length'));
  const moved: { key: string; value: string }[] = [];
  for (const { key, value } of constant.externalData!) {
    if (key === 'offset') moved.push({ key, value: String(await move(Number(value), length)) });
    else if (key.startsWith(LAID_OUT)) moved.push({ key, value: await moveLayout(value, move) });
    else moved.push({ key, value });
  }
  constant.externalData = moved;
}

/** @param layout `NAME|OFFSET;LENGTH;CHECKSUM|…`, a part for each buffer of an operator's */
async function moveLayout(layout: string, move: Move): Promise<string> {
  const [name, ...buffers] = layout.split('|');
  const moved: string[] = [];
  for (const buffer of buffers) {
    const [offset, length, checksum] = buffer.split(';');
    moved.push([await move(Number(offset), Number(length)), length, checksum].join(';'));
  }
  return [name, ...moved].join('|');
}

async function copyBytes(
  from: FileHandle,
  offset: number,
  length: number,
  to: FileHandle,
  at: number,
): Promise<void> {
  const bytes = Buffer.alloc(length);
  const { bytesRead } = await from.read(bytes, 0, length, offset);
  if (bytesRead < length) throw new Error('The file ends too early.');
  await writeWhole(to, bytes, at);
}

const entry = ({ externalData }: OnnxInitializer, wanted: string) =>
  externalData!.find(({ key }) => key === wanted)?.value;
