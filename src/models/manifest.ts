import * as z from 'zod';

/** The only `formatVersion` this version of Unmask reads. */
export const MANIFEST_FORMAT = 1;

/** Execution providers that a variant may be made for, by ONNX Runtime's short names. */
export const EXECUTION_PROVIDERS = ['cpu', 'webgpu', 'cuda', 'dml', 'coreml'] as const;

/** So that a manifest cannot reach outside its folder. */
const plainName = z
  .string()
  .regex(/^(?!\.+$)[\w.-]+$/, 'must be a plain file name in the model folder');

/** A file beside `model.json`. */
const fileSchema = z.object({
  file: plainName,
  sha256: z.string().regex(/^[0-9a-f]{64}$/i, 'must be 64 hexadecimal digits'),
});
export type ModelFile = z.infer<typeof fileSchema>;

/** @param graphs by name */
const variantOf = <Graphs extends z.ZodObject>(graphs: Graphs) =>
  z.strictObject({
    /** What the weights are stored and multiplied in, e.g. `int8`, `fp32`. */
    precision: z.string().min(1),
    executionProviders: z.array(z.enum(EXECUTION_PROVIDERS)).min(1),
    graphs,
    /** External weights, which the graphs name themselves. */
    weights: z.array(fileSchema),
    /** Makes a file that the graphs read, once, where the model is used; see src/denoiser/unpacked/unpacked.ts. */
    unpack: z.object({ graph: fileSchema, to: plainName }).exactOptional(),
  });

/** What models of every family say of themselves. A key that is misspelt would be one that is left out. */
const shared = z.strictObject({
  formatVersion: z.literal(MANIFEST_FORMAT),
  name: z.string().min(1),
  version: z.string().min(1),
  licence: z.string().min(1),
  description: z.string(),
  /** VS Code language ids; none where the model does not say what it was trained on. */
  languages: z.array(z.string()),
  languageTokens: z.record(z.string(), z.string()).default({}),
  tokenizer: fileSchema,
  /** Rows of the embedding; may exceed the tokenizer's size. */
  vocabSize: z.int().positive(),
  /** Most context tokens, markers included. */
  contextLength: z.int().min(8),
  /** Most slots of one request, over all spans. */
  maxSlots: z.int().positive(),
  /** Mean first-step confidence by number of slots, whatever the context; see `LengthBias`. */
  lengthBias: z
    .object({
      slots: z.array(z.int().positive()).min(1),
      confidence: z.array(z.number().min(0).max(1)).min(1),
    })
    .refine(({ slots, confidence }) => slots.length === confidence.length, 'lists must be as long')
    .refine(
      ({ slots }) => slots.every((length, i) => i === 0 || length > slots[i - 1]!),
      'slots must ascend',
    )
    .exactOptional(),
  /** What the model says of slots that hold a token: see `Denoiser` in src/diffusion/denoiser.ts. */
  revealedSlots: z.enum(['predicted', 'silent']).default('silent'),
  /** How the text before a span is tokenised: see `healedBoundary` in src/denoiser/context/spanBoundary.ts. */
  spanBoundary: z.enum(['cut', 'healed']).default('cut'),
  provenance: z.record(z.string(), z.unknown()).optional(),
});

const specialTokens = z.strictObject({
  mask: z.string(),
  /** What surplus slots become. A model without it fills every slot. */
  pad: z.string().optional(),
  begin: z.string().optional(),
  end: z.string().optional(),
  hole: z.string().optional(),
  /** A slot that reveals `expand` becomes two masks, one that reveals `delete` vanishes; a model has both or neither. */
  expand: z.string().optional(),
  delete: z.string().optional(),
});

type SpecialTokens = z.infer<typeof specialTokens>;

/** What holds of the tokens together. */
const together = <Tokens extends SpecialTokens>(tokens: z.ZodType<Tokens>) =>
  tokens
    .refine(
      (named: SpecialTokens) => (named.expand === undefined) === (named.delete === undefined),
      'must name both expand and delete, or neither',
    )
    .refine(
      ({ mask, ...others }: SpecialTokens) => !Object.values(others).includes(mask),
      'the mask must stand for nothing else',
    );

/** Most slots of one span, and positions reserved for it: how many the graphs know they do not tell, but none as many as this. */
const spanGap = z.int().positive().max(65_536);

/** Encodes the context once and computes only the slots in every step. */
const unmaskSchema = shared.extend({
  family: z.literal('unmask'),
  specialTokens: together(specialTokens.extend({ pad: z.string() })),
  logitsShift: z.literal(0, 'must be 0 for the family unmask'),
  spanGap,
  /** Tokens per slot the step graph returns. */
  topK: z.int().positive(),
  cache: z.literal('exact'),
  variants: z.array(variantOf(z.object({ encode: fileSchema, step: fileSchema }))).min(1),
});

/** Reads context and slots as one sequence in every step. */
const maskedLmSchema = shared.extend({
  family: z.literal('masked-lm'),
  specialTokens: together(specialTokens),
  /** 1 where row i − 1 of the logits is about token i. */
  logitsShift: z.union([z.literal(0), z.literal(1)], 'must be 0 or 1'),
  /** By default as many as there may be in a request: none is reserved. */
  spanGap: spanGap.optional(),
  /** Tokens per slot that are looked at. */
  topK: z.int().positive().default(64),
  variants: z.array(variantOf(z.object({ denoise: fileSchema }))).min(1),
});

/** `model.json`: what a model is and which files it consists of. See docs/model-contract.md. */
export const manifestSchema = z.discriminatedUnion('family', [
  unmaskSchema,
  maskedLmSchema.transform((manifest) => ({
    ...manifest,
    spanGap: manifest.spanGap ?? manifest.maxSlots,
  })),
]);
export type ModelManifest = z.infer<typeof manifestSchema>;
export type ModelVariant = ModelManifest['variants'][number];

/** The files that a variant needs. */
export const variantFiles = ({ graphs, weights, unpack }: ModelVariant): ModelFile[] => [
  ...Object.values(graphs),
  ...weights,
  ...(unpack ? [unpack.graph] : []),
];

/** Every file the manifest names, each once. */
export function manifestFiles(manifest: ModelManifest): ModelFile[] {
  const files = [manifest.tokenizer, ...manifest.variants.flatMap(variantFiles)];
  return [...new Map(files.map((file) => [file.file, file])).values()];
}
