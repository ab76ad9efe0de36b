import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleAll, bytesAtStart } from "../../stacks/bundle.ts";
import { entriesOf } from "../../stacks/entries.ts";

/** Of each function of this project, the bytes that a cold start reads, and those of a file's own in them. */
export interface Sizes {
  read: number;
  /** Whether it holds the list of all domains. */
  holdsDomains: boolean;
  /** Of the files whose path has the word that was asked for. */
  own: number;
}

const [word = ""] = process.argv.slice(2);
const root = process.cwd();
const out = mkdtempSync(join(tmpdir(), "crm-sizes-"));
try {
  const bundles = await bundleAll(root, out);
  const holding = new Set(entriesOf(root).flatMap(({ path, code }) => (code.includes("core/src/domains.ts") ? [path] : [])));
  const sizes = [...bundles].map(([path, bundle]): [string, Sizes] => {
    const inputs = Object.values(bundle.parts).flatMap((part) => Object.entries(part.inputs));
    const own = inputs.filter(([file]) => file.includes(`/${word}.domain.ts`));
    return [
      path,
      {
        read: bytesAtStart(bundle),
        holdsDomains: holding.has(path),
        own: own.reduce((sum, [, bytes]) => sum + bytes, 0),
      },
    ];
  });
  console.log(JSON.stringify(Object.fromEntries(sizes)));
} finally {
  rmSync(out, { recursive: true, force: true });
}
