// Writes each built file once more as brotli and gzip, so that the server never compresses while it answers.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";

const folder = "dist";
/** Below this, the headers weigh more than what is saved. */
const SIZE_BYTES_MIN = 512;

for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
  const path = join(entry.parentPath, entry.name);
  if (!entry.isFile() || !/\.(html|js|css|svg|json|txt)$/.test(path)) continue;
  const bytes = readFileSync(path);
  if (bytes.length < SIZE_BYTES_MIN) continue;
  writeFileSync(`${path}.br`, brotliCompressSync(bytes));
  writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
}
