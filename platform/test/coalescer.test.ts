import { describe, expect, test } from '@jest/globals';
import { Coalescer } from '../coalescer.ts';

const everything = <Item>(waiting: readonly Item[]) => ({ batch: [...waiting], rest: [] });

function recording(fail: (batch: readonly string[]) => boolean = () => false) {
  const batches: string[][] = [];
  const run = async (_key: string, batch: readonly string[]) => {
    batches.push([...batch]);
    await new Promise(setImmediate);
    if (fail(batch)) throw new Error(`no ${batch.join()}`);
    return batch.map((item) => item.toUpperCase());
  };
  return { batches, run };
}

describe('requests about one thing', () => {
  test('that come while one is under way run together, each with its own answer', async () => {
    const { batches, run } = recording();
    const coalescer = new Coalescer<string, string>({ run, choose: everything });
    const answers = await Promise.all(['a', 'b', 'c', 'd'].map((item) => coalescer.submit('key', item)));
    expect(answers).toEqual(['A', 'B', 'C', 'D']);
    expect(batches).toEqual([['a'], ['b', 'c', 'd']]);
  });

  test('do not wait for those about another', async () => {
    const { batches, run } = recording();
    const coalescer = new Coalescer<string, string>({ run, choose: everything });
    await Promise.all([coalescer.submit('x', 'a'), coalescer.submit('y', 'b')]);
    expect(batches).toEqual([['a'], ['b']]);
  });

  test('stay in order when they may not share a batch', async () => {
    const { batches, run } = recording();
    const oneByOne = (waiting: readonly string[]) => ({ batch: waiting.slice(0, 1), rest: waiting.slice(1) });
    const coalescer = new Coalescer<string, string>({ run, choose: oneByOne });
    await Promise.all(['a', 'b', 'c'].map((item) => coalescer.submit('key', item)));
    expect(batches).toEqual([['a'], ['b'], ['c']]);
  });

  test('do not fail for one among them that fails', async () => {
    const { batches, run } = recording((batch) => batch.includes('bad'));
    const coalescer = new Coalescer<string, string>({ run, choose: everything });
    const answers = await Promise.allSettled(
      ['a', 'b', 'bad', 'c'].map((item) => coalescer.submit('key', item)),
    );
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(batches).toEqual([['a'], ['b', 'bad', 'c'], ['b'], ['bad'], ['c']]);
  });
});
