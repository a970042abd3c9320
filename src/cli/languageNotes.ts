import type { ModelStatus } from '../engine/protocol/messages';
import { type Output, written } from './output';

/**
 * Says that the model was not trained on a language, if it was not; once of each, and nothing where none is named, nor of a model
 * that does not say what it was trained on.
 */
export type NoteLanguage = (language: string | null | undefined) => void;

/** @param err told the notes */
export function languageNotes(
  { name, languages }: Pick<ModelStatus, 'name' | 'languages'>,
  err: Output,
): NoteLanguage {
  const known = new Set<string | null | undefined>([null, undefined, ...languages]);
  return (language) => {
    if (languages.length === 0 || known.has(language)) return;
    known.add(language);
    const note = `${name} was not trained on “${language}”, but on ${languages.join(', ')}.\n`;
    err.write(written(err, note));
  };
}
