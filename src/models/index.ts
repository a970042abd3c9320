export { ModelFolderError } from './error';
export { type ModelFolder, readModelFolder } from './folder';
export type { ModelFile, ModelManifest, ModelVariant } from './manifest';
export { verifyModelFolder } from './verify';
