export { EngineClient, type EngineClientOptions } from './client';
export { EngineError, type EngineErrorKind } from './error';
export { unlessAborted } from './unlessAborted';
