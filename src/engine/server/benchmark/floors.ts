import {
  type Floor,
  type LoadedModel,
  openEncodeFloor,
  openStepFloor,
  plainReason,
} from '../../../denoiser';
import type { Work } from './work';

/** Floors of the encode graph, by context, and of the step graph, by case; undefined where they cannot be measured. */
export interface Floors {
  readonly encode: Floor | undefined;
  readonly step: Floor | undefined;
  readonly remarks: readonly string[];
  dispose(): Promise<void>;
}

export async function openFloors(model: LoadedModel, work: Work): Promise<Floors> {
  const remarks: string[] = [];
  const unless = async (what: string, open: Promise<Floor>) => {
    try {
      return await open;
    } catch (error) {
      remarks.push(`The floor of the ${what} was not measured: ${plainReason(error)}.`);
      return undefined;
    }
  };
  const layoutOf = (context: number, slots: number) => work.placeFor(0, context, slots).layout;
  const { encoded } = work;
  const encode =
    encoded.length > 0
      ? await unless(
          'encode',
          openEncodeFloor(
            model,
            encoded.map((context) => layoutOf(context, 1)),
          ),
        )
      : undefined;
  const step = await unless(
    'step',
    openStepFloor(
      model,
      work.cases.map(({ context, slots, candidates }) => ({
        layout: layoutOf(context, slots),
        slots,
        candidates,
      })),
    ),
  );
  return {
    encode,
    step,
    remarks,
    async dispose() {
      await encode?.dispose();
      await step?.dispose();
    },
  };
}
