import * as z from 'zod';

/** A model that need not be loaded. */
export const modelFolderSchema = z.object({
  /** Absolute path of a model folder. */
  folder: z.string().min(1),
});
export type ModelFolderRequest = z.infer<typeof modelFolderSchema>;

/** Where a variant that is shipped packed lies unpacked, or will from its first use on. */
export interface UnpackedWeights {
  readonly precision: string;
  readonly folder: string;
  /** `damaged` where files are missing since, or cut off: it is made anew at the next use. What is in them every load checks. */
  readonly state: 'whole' | 'damaged' | 'absent';
  /** What is in the folder now. */
  readonly bytes: number;
}
