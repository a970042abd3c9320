export { EngineClient, type EngineClientOptions } from './client';
export { type Doubt, doubtsAbout } from './doubts';
export { EngineError, type EngineErrorKind } from './error';
export { unlessAborted } from './unlessAborted';
