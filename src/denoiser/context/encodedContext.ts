import type { Tensor } from 'onnxruntime-node';

/** What the encode graph made of a context: the `cache.*` tensors by name, on the device that made them. */
export type EncodedContext = Readonly<Record<string, Tensor>>;

/** Bytes of one number of the types that caches are made of. */
const ELEMENT_BYTES: Partial<Record<Tensor.Type, number>> = {
  float32: 4,
  float16: 2,
  int8: 1,
  uint8: 1,
};

/** Bytes that an encoded context takes, on whichever device. */
export function contextBytes(context: EncodedContext): number {
  return Object.values(context).reduce(
    // A type that no cache is made of counts as the widest there is.
    (sum, { type, size }) => sum + size * (ELEMENT_BYTES[type] ?? 8),
    0,
  );
}

/** Frees device memory at once instead of at the next garbage collection. */
export function releaseContext(context: EncodedContext): void {
  for (const tensor of Object.values(context)) tensor.dispose();
}
