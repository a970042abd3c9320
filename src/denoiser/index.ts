export type { ContextLayout } from './contextLayout';
export type { Floor } from './floor/floor';
export { openEncodeFloor, openStepFloor, type StepShape } from './floor/modelFloors';
export { LoadedModel } from './loadedModel';
export { onnxRuntimeVersion, plainReason } from './onnxRuntime';
export { type Probe, type ProbeRequest, type ProbeVerdict, probeHere } from './probe';
export { RequestError } from './requestError';
export { variantFor } from './variant';
