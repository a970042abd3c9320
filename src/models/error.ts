/** A model folder cannot be used. The message is for the user and says what to do. */
export class ModelFolderError extends Error {
  override readonly name = 'ModelFolderError';
}
