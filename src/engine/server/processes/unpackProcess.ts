import { type UnpackRequest, unpackHere } from '../../../denoiser';
import { ModelFolderError } from '../../../models';
import { answerOnce, askProcess } from './answeringProcess';
import { endWithParent } from './endWithParent';

/** First argument of an engine process that is to unpack a model's weights and end. */
export const UNPACK_ARGUMENT = '--unpack';

/**
 * Unpacks in a child process, whose memory the system gets back when it ends.
 *
 * @param signal ends it, however far it is; nothing else does, as a large model on a slow disk may take any time
 * @throws as `Unpack`
 */
export async function unpackInChild(request: UnpackRequest, signal?: AbortSignal): Promise<void> {
  const end = await askProcess<void>(UNPACK_ARGUMENT, request, { ...(signal && { signal }) });
  if (end.kind === 'threw')
    throw end.name === 'ModelFolderError'
      ? new ModelFolderError(end.reason)
      : new Error(end.reason);
  if (end.kind === 'unanswered')
    throw new ModelFolderError(
      `The process that unpacks the model's weights ${end.reason}. ` +
        'Free some memory and try again, or select another model.',
    );
}

/** The child's side. */
export function runUnpack(): void {
  endWithParent();
  answerOnce<UnpackRequest, void>(unpackHere);
}
