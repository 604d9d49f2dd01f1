// Writes src/api/fields.ts from docs/reference/filters.md, which the server's registry of columns makes.
import { readFileSync, writeFileSync } from "node:fs";

const page = readFileSync("../docs/reference/filters.md", "utf8");
const target = "src/api/fields.ts";

/** Rows of the table below a heading: name, other names, value, meaning. */
function fields(heading) {
  const section = page.split(`\n## ${heading}`)[1]?.split("\n## ")[0] ?? "";
  const rows = section.split("\n").filter((line) => line.startsWith("| `"));
  return rows.map((line) => {
    const cells = line.split("|").map((cell) => cell.trim());
    const names = (cell) => [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1]);
    return { name: names(cells[1])[0], aliases: names(cells[2]), value: cells[3], meaning: cells[5] };
  });
}

const rows = fields("Fields of runs").map((field) => `  ${JSON.stringify(field)},`);
const text = `/** Fields that runs are filtered and sorted by. Written by scripts/fields.js from docs/reference/filters.md. */

export type RunField = {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly value: string;
  readonly meaning: string;
};

export const RUN_FIELDS: readonly RunField[] = [
${rows.join("\n")}
];
`;

writeFileSync(target, text);
