import type { ReactNode } from 'react';
import { names } from './class-names.ts';
import classes from './DataTable.module.css';

export interface Column<Row> {
  readonly key: string;
  readonly header: ReactNode;
  readonly cell: (row: Row) => ReactNode;
  /** Figures stand right, so that their digits line up. */
  readonly figures?: boolean;
}

interface DataTableProps<Row> {
  /** Read out as the table's name. */
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row, index: number) => string;
  readonly testId?: string;
}

/**
 * A table that becomes a list of name-value cards on a phone. The roles are written out, because
 * browsers drop a table's meaning when its rows are laid out as blocks.
 */
export function DataTable<Row>({ caption, columns, rows, rowKey, testId }: DataTableProps<Row>) {
  return (
    <table className={classes.table} role="table" aria-label={caption} data-testid={testId}>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map(({ key, header, figures }) => (
            <th
              key={key}
              role="columnheader"
              scope="col"
              className={names(figures === true && classes.figures)}
            >
              {header}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row, index) => (
          <tr key={rowKey(row, index)} role="row">
            {columns.map(({ key, header, cell, figures }, place) => (
              <td
                key={key}
                role="cell"
                className={names(figures === true && classes.figures, place === 0 && classes.first)}
              >
                <span className={classes.label} aria-hidden>
                  {header}
                </span>
                <span className={classes.content}>{cell(row)}</span>
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
