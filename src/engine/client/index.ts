export { EngineClient, type EngineClientOptions } from './client';
export { type Doubt, doubtsAbout } from './doubts';
export { EngineError, type EngineErrorKind } from './error';
export { holesIn, isHole, usualHoleMarker } from './holes';
export { leftProvider } from './leftProvider';
export { loadingText } from './loadingText';
export { unlessAborted } from './unlessAborted';
