import type { ScenarioReport } from '../scenario.ts';
import type { Table } from './table.ts';

/** The tables and targets of a report, to be pasted where they are read. */
export function renderMarkdown({ tables, targets }: ScenarioReport): string {
  const parts = tables.map(markdownTable);
  if (targets.length > 0) {
    const rows = targets.map(({ what, measured, wanted, met }) => [
      what,
      measured,
      wanted,
      met ? 'met' : 'missed',
    ]);
    parts.push(markdownTable({ title: 'Targets', columns: ['what', 'measured', 'wanted', ''], rows }));
  }
  return `${parts.join('\n\n')}\n`;
}

function markdownTable({ title, columns, rows }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [`**${title}**`, '', line(columns), line(columns.map(() => '---')), ...rows.map(line)].join('\n');
}
