// Fails where the page has grown beyond its limits. Sizes are gzip, as they travel.
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

const KB = 1_000;
const WHOLE_MAX = 600 * KB;
const PAGE_MAX = 180 * KB;

const folder = "dist/assets";
const sizeOf = (name) => {
  const packed = join(folder, `${name}.gz`);
  try {
    return statSync(packed).size;
  } catch {
    return statSync(join(folder, name)).size;
  }
};
const scripts = readdirSync(folder).filter((name) => name.endsWith(".js"));
const starting = (prefix) => scripts.filter((name) => name.startsWith(`${prefix}-`));

/** A script with everything it imports at once; what it imports lazily comes later. */
function reach(name, seen = new Set()) {
  if (seen.has(name)) return seen;
  seen.add(name);
  const text = readFileSync(join(folder, name), "utf8");
  for (const match of text.matchAll(/(?:from|import)\s*["']\.\/([^"']+\.js)["']/g)) reach(match[1], seen);
  return seen;
}

const sum = (names) => [...names].reduce((total, name) => total + sizeOf(name), 0);
const start = reach(starting("index")[0]);
const sizes = [["all scripts", sum(scripts), WHOLE_MAX]];
for (const page of ["RunsPage", "RunPage"]) {
  const names = new Set(start);
  for (const name of starting(page)) reach(name, names);
  sizes.push([page, sum(names), PAGE_MAX]);
}
let failed = false;
for (const [what, size, limit] of sizes) {
  console.log(`    ${what}: ${(size / KB).toFixed(1)} kB gz, at most ${limit / KB}`);
  failed ||= size > limit;
}
process.exit(failed ? 1 : 0);
