export { cacheFolder } from './cacheFolder';
export { ModelFolderError } from './error';
export { type ModelFolder, readModelFolder } from './folder';
export { type ModelFile, type ModelManifest, type ModelVariant, variantFiles } from './manifest';
export { verifyModelFolder } from './verify';
