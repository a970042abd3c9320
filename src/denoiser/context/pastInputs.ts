import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { sizeOf } from './cacheTensors';

const PAST = 'past.';
/** The input that says how many tokens of the past are to be taken. */
export const PAST_COUNT = 'past.count';

/** An input of an encode graph that continues contexts, and the output it is fed from. */
export interface PastInput {
  readonly name: string;
  readonly from: string;
  readonly type: Tensor.Type;
  /** Dimensions of a past without any tokens. */
  readonly empty: readonly number[];
}

/** What an encode graph wants of the past; nothing where it cannot continue a context. */
export function pastInputs({ inputMetadata }: InferenceSession): PastInput[] {
  return inputMetadata.flatMap((input) =>
    input.isTensor && input.name.startsWith(PAST) && input.name !== PAST_COUNT
      ? [
          {
            name: input.name,
            from: `cache.${input.name.slice(PAST.length)}`,
            type: input.type,
            // Of a dimension such as `64 + P` there are 64 without any tokens, of one such as `M` none.
            empty: input.shape.map((dimension) => sizeOf(dimension, 0, 0)),
          },
        ]
      : [],
  );
}
