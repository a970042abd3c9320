import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { languageNotes } from '../../../src/cli/languageNotes';

/** What is noted of some languages, one after another. */
function notes(languages: readonly string[], asked: readonly (string | null)[]): string[] {
  const said = new PassThrough({ encoding: 'utf8', objectMode: true });
  const note = languageNotes({ name: 'some-model', languages }, said);
  asked.forEach(note);
  const all: string[] = [];
  for (let text = said.read(); text !== null; text = said.read()) all.push(text);
  return all;
}

it('says once of each language that the model was not trained on it', () => {
  expect(notes(['python', 'javascript'], ['python', 'go', null, 'go'])).toEqual([
    'some-model was not trained on “go”, but on python, javascript.\n',
  ]);
});

it('says nothing of a model that does not tell its languages', () => {
  expect(notes([], ['go', null])).toEqual([]);
});
