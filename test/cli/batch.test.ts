import { open, readdir, readFile, symlink } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { readTrace } from '../../src/diffusion/trace/readTrace';
import { jsonLines, useInstallation } from './installation';

const here = useInstallation('batch');

const quick = ['--ep', 'cpu', '--seed', '1', '-T', '4', '-L', '6'];

describe('unmask fill --batch', () => {
  it('answers every line in order, also those it cannot fill', async () => {
    const input = await here.file(
      'in.jsonl',
      [
        '{"id":"first","prefix":"x = [1, ","suffix":"]\\n","language":"python"}',
        '{"id":2,"prefix":"const y = ","suffix":";","slots":3,"steps":2}',
        'not json',
        '',
        '{"id":"four","prefix":"a"}',
        '{"id":"five","prefix":"a","suffix":"b","slots":1000}',
        '{"id":"six","prefix":"","suffix":"","slots":"auto"}',
        '{"id":"seven","prefix":"a = ","between":["\\nb = "],"suffix":"","slots":[3,5]}',
      ].join('\r\n'),
    );
    const output = await here.file('out.jsonl');
    const { code, out, err } = await here.unmask(
      'fill',
      '--batch',
      input,
      '--out',
      output,
      ...quick,
    );
    expect({ code, out, err }).toEqual({ code: 1, out: '', err: '4 filled, 3 with an error.\n' });

    const told = {
      ms: expect.any(Number),
      meanLogProb: expect.any(Number),
      calls: expect.any(Number),
      newErrors: expect.toSatisfy((errors) => errors === null || errors >= 0),
      seed: 1,
    };
    const filled = { ...told, text: expect.any(String) };
    expect(await jsonLines(output)).toEqual([
      { id: 'first', ...filled, slots: 6, steps: expect.any(Number) },
      { id: 2, ...filled, slots: 3, steps: expect.any(Number) },
      { line: 3, error: 'not valid JSON' },
      { id: 'four', error: '“suffix” is missing' },
      { id: 'five', error: expect.stringContaining('at most') },
      { id: 'six', ...filled, slots: expect.any(Number), steps: expect.any(Number) },
      {
        id: 'seven',
        ...told,
        texts: [expect.any(String), expect.any(String)],
        slots: 8,
        steps: expect.any(Number),
      },
    ]);
  });

  it('fills a line by the preset and the seed it names, and says which seed was drawn for another', async () => {
    const line = { prefix: 'x = [1, ', suffix: ']\n', preset: 'MDLM' };
    const lines = [
      { ...line, id: 1, seed: 1 },
      { ...line, id: 2, seed: 2 },
      { ...line, id: 3, seed: 1 },
      { ...line, id: 4 },
      { ...line, id: 5, preset: 'best' },
    ];
    const fillAll = async (requests: readonly object[]): Promise<Record<string, unknown>[]> => {
      const input = await here.file(
        'sweep.jsonl',
        requests.map((l) => JSON.stringify(l)).join('\n'),
      );
      const output = await here.file('swept.jsonl');
      await here.unmask('fill', '--batch', input, '--out', output, '-T', '4', '-L', '12');
      return jsonLines(output);
    };
    const [first, second, third, drawn, refused] = await fillAll(lines);
    expect([first?.seed, second?.seed, third?.seed]).toEqual([1, 2, 1]);
    expect(third?.text).toBe(first?.text);
    expect(second?.text).not.toBe(first?.text);
    expect(refused).toMatchObject({ id: 5, error: expect.stringContaining('no preset “best”') });
    const [again] = await fillAll([{ ...line, id: 4, seed: drawn?.seed }]);
    expect(again).toMatchObject({ text: drawn?.text, seed: drawn?.seed });
  });

  it('keeps the traces of the lines it fills, each in a file named after its id', async () => {
    const line = { prefix: 'x = [1, ', suffix: ']\n' };
    const ids = ['first', 'a/b: *?', 3, '3', 'First', 'x'.repeat(300)];
    const lines = [{ ...line, id: 3, slots: 1000 }, ...ids.map((id) => ({ ...line, id }))];
    const input = await here.file('traced.jsonl', lines.map((l) => JSON.stringify(l)).join('\n'));
    const output = await here.file('traced.out.jsonl');
    const folder = await here.file('traces/of/it');
    const args = ['--batch', input, '--out', output, '--trace', folder, ...quick];
    const { code, err } = await here.unmask('fill', ...args);
    expect({ code, err }).toEqual({ code: 1, err: '3 filled, 4 with an error.\n' });
    const answers = await jsonLines(output);
    const again = (name: string) =>
      `a line before has its trace in ${name}: give this one another “id”`;
    expect(answers.map(({ error }) => error)).toEqual([
      expect.stringContaining('at most'),
      ...[undefined, undefined, undefined, again('3.json'), again('First.json')],
      '“id” is too long for the name of its trace: shorten it',
    ]);
    const files = ['3.json', 'a%2Fb%3A%20%2A%3F.json', 'first.json'];
    expect((await readdir(folder)).sort()).toEqual(files);
    const trace = readTrace(await readFile(`${folder}/first.json`, 'utf8'));
    expect(trace.outcome).toMatchObject({ kind: 'finished', texts: [answers[1]!.text] });
    expect(trace.steps).toHaveLength(answers[1]!.steps as number);
  });

  it('writes no trace over what it reads or writes, and none where there can be no folder', async () => {
    const line = '{"id":"one","prefix":"a","suffix":"b"}\n';
    const input = await here.file('one.json', line);
    const folder = await here.file('.');
    const { code, out } = await here.unmask('fill', '--batch', input, '--trace', folder, ...quick);
    expect({ code, ...JSON.parse(out) }).toEqual({
      code: 1,
      id: 'one',
      error: 'The trace one.json must be another file than --batch.',
    });
    expect(await readFile(input, 'utf8')).toBe(line);
    expect(await here.unmask('fill', '--batch', input, '--trace', input)).toMatchObject({
      code: 1,
      err: `unmask: Cannot write ${input}: a file has that name.\n`,
    });
  });

  it('reads standard input where its name is -, and never empties the file that stands behind it', async () => {
    const line = '{"id":1,"prefix":"a","suffix":"b"}\n';
    const piped = here.startReading('pipe', 'fill', '--batch', '-', ...quick);
    piped.child.stdin?.end(line + line);
    expect(await piped.ended).toMatchObject({ code: 0, err: '2 filled, 0 with an error.\n' });

    const input = await here.file('redirected.jsonl', line);
    const handle = await open(input, 'r+');
    const onto = here.startReading(handle.fd, 'fill', '--batch', '-', '--out', input);
    expect(await onto.ended).toMatchObject({
      code: 2,
      err: 'unmask: --out must be another file than --batch.\n',
    });
    await handle.close();
    expect(await readFile(input, 'utf8')).toBe(line);
  });

  it('says once which languages the model was not trained on', async () => {
    const line = '{"id":1,"prefix":"a","suffix":"b","language":"pyhton"}\n';
    const input = await here.file('languages.jsonl', line + line);
    const { code, err } = await here.unmask('fill', '--batch', input, ...quick);
    expect(code).toBe(0);
    expect(err).toMatch(
      /^unmask-tiny was not trained on “pyhton”, but on \S.*\.\n2 filled, 0 with an error\.\n$/,
    );
  });

  it('ends when nobody reads what it writes', async () => {
    const lines = Array.from({ length: 9 }, (_, id) => `{"id":${id},"prefix":"a","suffix":"b"}`);
    const input = await here.file('unread.jsonl', lines.join('\n'));
    const run = here.start('fill', '--batch', input, ...quick);
    run.child.stdout?.destroy();
    expect(await run.ended).toMatchObject({ code: 0, err: '1 filled, 0 with an error.\n' });
  });

  it('writes to standard output when there is no --out', async () => {
    const input = await here.file('one.jsonl', '{"id":1,"prefix":"a","suffix":"b"}\n');
    const { code, out } = await here.unmask('fill', '--batch', input, ...quick);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ id: 1, slots: 6 });
  });

  it('never empties what it reads, nor what was written before the model is there', async () => {
    const line = '{"id":1,"prefix":"a","suffix":"b"}\n';
    const input = await here.file('kept.jsonl', line);
    const other = await here.file('link.jsonl');
    await symlink(input, other);
    const onto = await here.unmask('fill', '--batch', input, '--out', other, ...quick);
    expect(onto).toMatchObject({
      code: 2,
      err: 'unmask: --out must be another file than --batch.\n',
    });
    expect(await readFile(input, 'utf8')).toBe(line);

    const output = await here.file('before.jsonl', 'kept\n');
    const args = ['--batch', input, '--out', output, '--model', 'nowhere'];
    expect(await here.unmask('fill', ...args)).toMatchObject({ code: 1 });
    expect(await readFile(output, 'utf8')).toBe('kept\n');
  });

  it('answers with an error the lines that the model has no room for, and fills those with an L of their own', async () => {
    const lines = [
      '{"id":1,"prefix":"a","suffix":"b"}',
      '{"id":2,"prefix":"a","suffix":"b","slots":2}',
    ];
    const input = await here.file('some.jsonl', `${lines.join('\n')}\n`);
    const { out } = await here.unmask('fill', '--batch', input, '-L', '1000');
    const [first, second] = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(first).toMatchObject({ id: 1, error: expect.stringContaining('64') });
    expect(second).toMatchObject({ id: 2, slots: 2 });
  });

  it.each([
    [1, 'no such file', ['--batch', 'nowhere.jsonl']],
    [2, 'either FILE or --batch', ['file.ts', '--batch', 'one.jsonl']],
    [2, "cannot be used with option '--span", ['--batch', 'one.jsonl', '--span', '1:1']],
    [2, 'no preset', ['--batch', 'one.jsonl', '--preset', 'best']],
  ] as const)('ends with code %i, saying “%s”, for %j', async (code, message, args) => {
    const ended = await here.unmask('fill', ...args);
    expect(ended).toMatchObject({ code, out: '' });
    expect(ended.err).toContain(message);
    expect(ended.err).toMatch(/^unmask: [^\n]+\n$/);
  });
});
