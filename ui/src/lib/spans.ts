/**
 * The spans of a run as typed arrays, made once from the columns the server sends.
 * Rows stand depth-first, parents before children, so the rows below a row are the range up to its `end`.
 */

/** What the server sends, as far as the index needs it. */
export type Columns = {
  readonly total: number;
  readonly trace_ids: readonly string[];
  readonly texts: readonly string[];
  readonly columns: {
    readonly trace: readonly number[];
    readonly span_id: readonly string[];
    readonly parent: readonly (number | null)[];
    readonly name: readonly number[];
    readonly kind: readonly number[];
    readonly status: readonly number[];
    readonly start_micros: readonly number[];
    readonly duration_micros: readonly (number | null)[];
  };
  readonly text_columns: Readonly<Record<string, Sparse>>;
  readonly number_columns: Readonly<Record<string, Sparse>>;
  readonly marks: Readonly<Record<string, readonly number[]>>;
};

type Sparse = { readonly rows: readonly number[]; readonly values: readonly number[] };

/** No row: of a root's parent, or where nothing is selected. */
export const NO_ROW = -1;

export class SpanIndex {
  readonly count: number;
  readonly total: number;
  readonly parent: Int32Array;
  readonly depth: Uint16Array;
  /** The row after the last one below each row. */
  readonly end: Int32Array;
  /** Microseconds from the start of the run. */
  readonly start: Float64Array;
  /** Microseconds; `NaN` while it runs. */
  readonly duration: Float64Array;
  readonly isError: Uint8Array;
  /** When the earliest span began and the latest ended, in microseconds from the start of the run. */
  readonly from: number;
  readonly to: number;
  readonly errors: Int32Array;
  private readonly sparse = new Map<string, Map<number, number>>();
  private readonly marked = new Map<string, ReadonlySet<number>>();
  private rowOfSpan: Map<string, number> | null = null;

  constructor(private readonly source: Columns) {
    const { columns } = source;
    const size = columns.span_id.length;
    this.count = size;
    this.total = source.total;
    this.parent = new Int32Array(size);
    this.depth = new Uint16Array(size);
    this.end = new Int32Array(size);
    this.start = Float64Array.from(columns.start_micros);
    this.duration = new Float64Array(size);
    this.isError = new Uint8Array(size);
    const errorText = source.texts.indexOf("error");
    const errors: number[] = [];
    let [from, to] = [Infinity, -Infinity];
    for (let row = 0; row < size; row++) {
      const parent = columns.parent[row] ?? NO_ROW;
      this.parent[row] = parent;
      this.depth[row] = parent === NO_ROW ? 0 : (this.depth[parent] ?? 0) + 1;
      const began = this.start[row] ?? 0;
      const took = columns.duration_micros[row];
      this.duration[row] = took ?? NaN;
      if (began < from) from = began;
      if (began + (took ?? 0) > to) to = began + (took ?? 0);
      if (errorText !== -1 && columns.status[row] === errorText) {
        this.isError[row] = 1;
        errors.push(row);
      }
    }
    for (let row = size - 1; row >= 0; row--) {
      if ((this.end[row] ?? 0) === 0) this.end[row] = row + 1;
      const parent = this.parent[row] ?? NO_ROW;
      const end = this.end[row] ?? 0;
      if (parent !== NO_ROW && (this.end[parent] ?? 0) < end) this.end[parent] = end;
    }
    this.errors = Int32Array.from(errors);
    this.from = size === 0 ? 0 : from;
    this.to = size === 0 ? 0 : Math.max(to, from + 1);
  }

  name(row: number): string {
    return this.source.texts[this.source.columns.name[row] ?? NO_ROW] ?? "";
  }

  /** Place of the name among the texts: equal names, equal places. */
  nameKey(row: number): number {
    return this.source.columns.name[row] ?? NO_ROW;
  }

  kind(row: number): string {
    return this.source.texts[this.source.columns.kind[row] ?? NO_ROW] ?? "other";
  }

  kindKey(row: number): number {
    return this.source.columns.kind[row] ?? NO_ROW;
  }

  status(row: number): string {
    return this.source.texts[this.source.columns.status[row] ?? NO_ROW] ?? "unknown";
  }

  spanId(row: number): string {
    return this.source.columns.span_id[row] ?? "";
  }

  traceId(row: number): string {
    return this.source.trace_ids[this.source.columns.trace[row] ?? NO_ROW] ?? "";
  }

  hasChildren(row: number): boolean {
    return (this.end[row] ?? 0) > row + 1;
  }

  /** A text field of a span, if it has it. */
  text(field: string, row: number): string | null {
    const place = this.column(field, this.source.text_columns).get(row);
    return place === undefined ? null : (this.source.texts[place] ?? null);
  }

  /** A number field of a span, if it has it. */
  number(field: string, row: number): number | null {
    return this.column(field, this.source.number_columns).get(row) ?? null;
  }

  isMarked(mark: string, row: number): boolean {
    let rows = this.marked.get(mark);
    if (rows === undefined) {
      rows = new Set(Object.hasOwn(this.source.marks, mark) ? this.source.marks[mark] : []);
      this.marked.set(mark, rows);
    }
    return rows.has(row);
  }

  /** The row of a span, or {@link NO_ROW}. Ids of spans are unique within a trace; the first one found counts. */
  rowOf(spanId: string): number {
    this.rowOfSpan ??= new Map(this.source.columns.span_id.map((id, row) => [id, row] as const).reverse());
    return this.rowOfSpan.get(spanId) ?? NO_ROW;
  }

  /** Rows of these kinds, in order. */
  rowsOfKinds(kinds: ReadonlySet<string>): number[] {
    const wanted = new Set(this.source.texts.flatMap((text, place) => (kinds.has(text) ? [place] : [])));
    const rows: number[] = [];
    this.source.columns.kind.forEach((kind, row) => {
      if (wanted.has(kind)) rows.push(row);
    });
    return rows;
  }

  private column(field: string, columns: Readonly<Record<string, Sparse>>): Map<number, number> {
    let values = this.sparse.get(field);
    if (values === undefined) {
      values = new Map();
      const column = Object.hasOwn(columns, field) ? columns[field] : undefined;
      column?.rows.forEach((row, place) => values?.set(row, column.values[place] ?? 0));
      this.sparse.set(field, values);
    }
    return values;
  }
}

/** Text columns in which spans are looked for, besides their name and kind. */
const SEARCHED = ["tool_name", "model_answered", "model_requested", "agent_name", "error_class", "policy_id", "policy_verdict"];

/** Rows whose name, kind or words hold the text, in any case; none for an empty text. */
export function findRows(index: SpanIndex, text: string): readonly number[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === "") return [];
  const places = new Map<string, boolean>();
  const holds = (words: string | null) => {
    if (words === null) return false;
    let known = places.get(words);
    if (known === undefined) {
      known = words.toLowerCase().includes(wanted);
      places.set(words, known);
    }
    return known;
  };
  const found: number[] = [];
  for (let row = 0; row < index.count; row++) {
    const isFound =
      holds(index.name(row)) ||
      holds(index.kind(row)) ||
      holds(index.status(row)) ||
      SEARCHED.some((field) => holds(index.text(field, row)));
    if (isFound) found.push(row);
  }
  return found;
}
