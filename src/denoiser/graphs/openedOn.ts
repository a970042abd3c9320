/** What graphs are open on. */
export interface OpenedOn {
  readonly executionProvider: string;
  readonly precision: string;
  /** For the CPU; 0 = ONNX Runtime's default. */
  readonly threads: number;
}
