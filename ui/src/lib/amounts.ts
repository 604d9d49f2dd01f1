/** Numbers by what they measure: a field's name or a unit says how they are written. */
import { compact, dollars, duration, percent, UNKNOWN } from "./format";

/** A number of a field such as `duration_millis`, `cost` or `input_tokens`. */
export function amount(field: string, value: number | null | undefined): string {
  if (value === null || value === undefined) return UNKNOWN;
  if (/duration|latency|millis/.test(field)) return duration(value);
  if (field === "cost") return dollars(value);
  return Number.isInteger(value) ? compact(value) : value.toFixed(2);
}

/** A figure in the unit the server states: share, usd, ms, tokens. */
export function figure(unit: string, value: number | null | undefined): string {
  if (value === null || value === undefined) return UNKNOWN;
  switch (unit) {
    case "share":
      return percent(value);
    case "usd":
      return dollars(value);
    case "ms":
      return duration(value);
    default:
      return `${compact(Math.round(value))} ${unit}`;
  }
}
