/** Numbers, times and amounts as people read them. Nothing unknown is ever written as nought. */

/** What stands where a value is not known. */
export const UNKNOWN = "–";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A duration in milliseconds, in at most two units: `12 ms`, `4.3 s`, `6 min 8 s`. */
export function duration(millis: number | null | undefined): string {
  if (millis === null || millis === undefined || Number.isNaN(millis)) return UNKNOWN;
  const sign = millis < 0 ? "−" : "";
  const size = Math.abs(millis);
  if (size === 0) return "0 ms";
  if (size < 0.001) return `${sign}< 1 µs`;
  if (size < 1) return `${sign}${Math.round(size * 1000)} µs`;
  if (size < 999.5) return `${sign}${size < 9.95 ? trim(size.toFixed(1)) : Math.round(size)} ms`;
  if (size < MINUTE - 50) return `${sign}${trim((size / SECOND).toFixed(size < 9_950 ? 2 : 1))} s`;
  if (size < HOUR - 500) return `${sign}${pair(size, MINUTE, "min", SECOND, "s")}`;
  if (size < DAY - MINUTE / 2) return `${sign}${pair(size, HOUR, "h", MINUTE, "min")}`;
  return `${sign}${pair(size, DAY, "d", HOUR, "h")}`;
}

function pair(size: number, big: number, bigUnit: string, small: number, smallUnit: string): string {
  const units = Math.round(size / small);
  const perBig = big / small;
  const rest = units % perBig;
  const whole = (units - rest) / perBig;
  return rest === 0 ? `${whole} ${bigUnit}` : `${whole} ${bigUnit} ${rest} ${smallUnit}`;
}

function trim(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

const GROUPED = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

/** A whole number with groups: `12,480`. */
export function count(value: number | null | undefined): string {
  return value === null || value === undefined ? UNKNOWN : GROUPED.format(value);
}

/** A number of things: `1 span`, `3 spans`. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** A large number, short: `3.4 M`. */
export function compact(value: number | null | undefined): string {
  if (value === null || value === undefined) return UNKNOWN;
  if (value < 10_000) return count(value);
  if (value < 999_500) return `${trim((value / 1_000).toFixed(value < 99_950 ? 1 : 0))} k`;
  if (value < 999_500_000) return `${trim((value / 1_000_000).toFixed(value < 99_950_000 ? 1 : 0))} M`;
  return `${trim((value / 1_000_000_000).toFixed(1))} G`;
}

/** An amount in US dollars, precise enough that small ones do not vanish. */
export function dollars(value: number | null | undefined): string {
  if (value === null || value === undefined) return UNKNOWN;
  if (value === 0) return "$0";
  if (Math.abs(value) < 0.0001) return "< $0.0001";
  if (Math.abs(value) < 0.1) return `$${value.toFixed(4)}`;
  return `$${value.toFixed(2)}`;
}

/** Bytes: `812 B`, `4.1 kB`. */
export function bytes(value: number): string {
  if (value < 1_000) return `${value} B`;
  if (value < 999_500) return `${trim((value / 1_000).toFixed(1))} kB`;
  if (value < 999_500_000) return `${trim((value / 1_000_000).toFixed(1))} MB`;
  return `${trim((value / 1_000_000_000).toFixed(1))} GB`;
}

/** A share of one as percent. */
export function percent(value: number): string {
  return `${Math.round(value * 100)} %`;
}

/** How long ago an instant was: `now`, `5 min ago`. */
export function ago(instant: string, nowMillis: number): string {
  const age = nowMillis - Date.parse(instant);
  if (Number.isNaN(age)) return UNKNOWN;
  if (age < -MINUTE) return "ahead of this clock";
  if (age < 10 * SECOND) return "now";
  if (age < MINUTE) return `${Math.floor(age / SECOND)} s ago`;
  if (age < HOUR) return `${Math.floor(age / MINUTE)} min ago`;
  if (age < DAY) return `${Math.floor(age / HOUR)} h ago`;
  return `${Math.floor(age / DAY)} d ago`;
}

/** An instant in the reader's own time, to the second. */
export function moment(instant: string): string {
  const date = new Date(instant);
  if (Number.isNaN(date.getTime())) return instant;
  const two = (value: number) => String(value).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}
