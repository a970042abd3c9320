import { describe, expect, it } from 'vitest';
import { BatchLineError, readBatchLine } from '../../../../src/cli/batch/batchLine';

const read = (value: unknown) => readBatchLine(Buffer.from(JSON.stringify(value)));

function refusal(bytes: Uint8Array): BatchLineError {
  try {
    readBatchLine(bytes);
  } catch (error) {
    if (error instanceof BatchLineError) return error;
  }
  throw new Error('The line was accepted.');
}

describe('reading a line of a batch', () => {
  it('takes what a request needs and what it may say', () => {
    expect(read({ id: 7, prefix: 'a', suffix: '' })).toEqual({ id: 7, prefix: 'a', suffix: '' });
    expect(
      read({
        id: 'x',
        prefix: '',
        suffix: 'b',
        language: 'python',
        slots: 8,
        steps: 4,
      }),
    ).toEqual({ id: 'x', prefix: '', suffix: 'b', language: 'python', slots: 8, steps: 4 });
    expect(read({ id: 'x', prefix: '', suffix: '', language: 'TS' })).toMatchObject({
      language: 'typescript',
    });
    expect(read({ id: 'x', prefix: '', suffix: '', slots: 'auto', language: null })).toMatchObject({
      slots: 'auto',
      language: null,
    });
  });

  it('takes several spans, with an L for each', () => {
    const line = { id: 1, prefix: 'a', between: ['b', 'c'], suffix: 'd', slots: [1, 'auto', 3] };
    expect(read({ ...line, startsDocument: false })).toEqual({ ...line, startsDocument: false });
  });

  it('passes over blank lines, and a carriage return at the end', () => {
    expect(readBatchLine(Buffer.from(' \r'))).toBeUndefined();
    expect(readBatchLine(Buffer.from('{"id":1,"prefix":"","suffix":""}\r'))).toMatchObject({
      id: 1,
    });
  });

  it.each([
    [{ prefix: '', suffix: '' }, null, '“id” is missing'],
    [{ id: true, prefix: '', suffix: '' }, null, '“id” must be a string or a number'],
    [{ id: 2 ** 53, prefix: '', suffix: '' }, null, 'write it as a string'],
    [{ id: 'a', suffix: '' }, 'a', '“prefix” is missing'],
    [{ id: 'a', prefix: 1, suffix: '' }, 'a', '“prefix” must be a string'],
    [{ id: 'a', prefix: '\ud83d', suffix: '' }, 'a', '“prefix” holds half a surrogate pair'],
    [{ id: 'a', prefix: '', suffix: null }, 'a', '“suffix” must be a string'],
    [{ id: 'a', prefix: '', suffix: '', steps: 0 }, 'a', '“steps” must be a whole number from 1'],
    [{ id: 'a', prefix: '', suffix: '', seed: -1 }, 'a', '“seed” must be a whole number from 0'],
    [{ id: 'a', prefix: '', suffix: '', preset: 3 }, 'a', '“preset” must be the name of a preset'],
    [{ id: 'a', prefix: '', suffix: '', slots: 1.5 }, 'a', '“slots” must be “auto” or a whole'],
    [{ id: 'a', prefix: '', suffix: '', language: 3 }, 'a', '“language” must be a string'],
    [{ id: 'a', prefix: '', suffix: '', between: 'x' }, 'a', '“between” must be a list of strings'],
    [{ id: 'a', prefix: '', suffix: '', between: ['\ud83d'] }, 'a', '“between” holds half a surr'],
    [{ id: 'a', prefix: '', suffix: '', between: [1] }, 'a', '“between” must be a list of strings'],
    [{ id: 'a', prefix: '', suffix: '', slots: [4, 0] }, 'a', '“slots” must be “auto” or a whole'],
    [
      { id: 'a', prefix: '', suffix: '', slots: [4, 4] },
      'a',
      'one value for each span, 1 in all, and',
    ],
    [{ id: 'a', prefix: '', suffix: '', endsDocument: 1 }, 'a', '“endsDocument” must be true or'],
    [
      { id: 'a', prefix: '', suffix: '', stpes: 2 },
      'a',
      '“stpes” is no key of a request; the keys are id, prefix, suffix, between, language, slots, steps, preset, seed, startsDocument, endsDocument',
    ],
    [{ id: 'a', prefx: '', suffix: '' }, 'a', '“prefx” is no key'],
    [['id'], null, 'not a JSON object'],
    [null, null, 'not a JSON object'],
    [3, null, 'not a JSON object'],
  ])('refuses %j', (value, id, message) => {
    const error = refusal(Buffer.from(JSON.stringify(value)));
    expect(error.id).toBe(id);
    expect(error.message).toContain(message);
  });

  it('says when a line is no JSON or no text', () => {
    expect(refusal(Buffer.from('{"id":')).message).toBe('not valid JSON');
    expect(refusal(Buffer.from([0x22, 0xff, 0x22])).message).toMatch(/^not UTF-8 text/);
  });
});
