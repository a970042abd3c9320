/** What was asked for does not fit the model (too much text, too many slots). The message is for the user. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
}
