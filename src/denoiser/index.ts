export { LoadedModel } from './loadedModel';
export { onnxRuntimeVersion } from './onnxRuntime';
export { type Probe, type ProbeRequest, type ProbeVerdict, probeHere } from './probe';
export { RequestError } from './requestError';
