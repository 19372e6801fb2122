import { afterEach, expect, jest, test } from '@jest/globals';
import { memoryInUse } from '@tixgo/platform/testing/memory-in-use.ts';
import { type ListPart, readTicketList } from '../service/import/read-list.ts';
import { chunksOf, listOf } from './ticket-lists.ts';

afterEach(() => {
  jest.restoreAllMocks();
});

const bounds = { gates: [], mostRows: 10_000_000 };

async function partsOf(chunks: AsyncIterable<Buffer>, mostRows = bounds.mostRows): Promise<ListPart[]> {
  const parts: ListPart[] = [];
  for await (const part of readTicketList(chunks, { ...bounds, mostRows })) parts.push(part);
  return parts;
}

test('a list is read in parts of a thousand rows, whatever pieces it comes in', async () => {
  const file = listOf(2_500);
  for (const size of [10, 1_000, 1_000_000]) {
    const parts = await partsOf(chunksOf(file, size));
    expect(parts.map(({ rowsRead }) => rowsRead)).toEqual([1_000, 1_000, 500]);
    const bytes = parts.map(({ bytesRead }) => bytesRead);
    expect(bytes.reduce((sum, some) => sum + some)).toBe(Buffer.byteLength(file));
    expect(parts.flatMap(({ tickets }) => tickets.map(({ code }) => code))).toHaveLength(2_500);
  }
});

test('long rows make small parts, since a part keeps their text in memory', async () => {
  const rows = Array.from({ length: 100 }, (_, index) => `C-${index},${'x'.repeat(60_000)}`);
  const parts = await partsOf(chunksOf(`code,note\n${rows.join('\n')}`));
  expect(Math.max(...parts.map(({ rowsRead }) => rowsRead))).toBe(18);
});

test('a list that comes slowly is kept as it comes', async () => {
  const clock = jest.spyOn(performance, 'now').mockReturnValue(0);
  async function* slowly() {
    yield Buffer.from('code\nA\n');
    clock.mockReturnValue(1_001);
    yield Buffer.from('B\n');
    clock.mockReturnValue(2_000);
    yield Buffer.from('C\n');
  }
  expect((await partsOf(slowly())).map(({ rowsRead }) => rowsRead)).toEqual([2, 1]);
});

test('a list of more rows than can be reported is refused', async () => {
  expect(await partsOf(chunksOf(listOf(3)), 3)).toMatchObject([{ rowsRead: 3 }]);
  await expect(partsOf(chunksOf(listOf(4)), 3)).rejects.toThrow(
    'The file has more than 3 rows; import it in pieces.',
  );
});

test.each<[string, string]>([
  ['rows', 'some-code,"Lovelace, Ada",Standing\n'.repeat(20)],
  ['empty lines', '\n'.repeat(500)],
  ['one line', 'x'.repeat(500)],
  ['lines that open a quote', '"open\nrow\n'.repeat(50)],
])(
  'a list of %s takes the same memory whether it is long or short',
  async (_what, piece) => {
    const chunk = Buffer.from(piece.repeat(64_000 / piece.length));
    const used: number[] = [];
    async function* long() {
      yield Buffer.from('code,name,type\n');
      for (let count = 0; count < 200; count += 1) {
        yield chunk;
        if (count % 50 === 20) used.push(memoryInUse());
      }
    }
    for await (const { bytesRead } of readTicketList(long(), bounds))
      expect(bytesRead).toBeGreaterThanOrEqual(0);
    const [early = 0, ...later] = used;
    // From the first measure to the last come 10 MB.
    expect(Math.max(...later) - early).toBeLessThan(2 * 1024 * 1024);
  },
  60_000,
);
