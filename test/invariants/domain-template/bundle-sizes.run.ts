import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleEntries, coldStartBytes } from "../../../stacks/bundle.ts";
import { listEntryPoints } from "../../../stacks/entry-points.ts";

/** For each function of the project, the bytes that a cold start reads, and how many of them come from matching files. */
export interface BundleSizes {
  read: number;
  /** Whether it contains the list of all domains. */
  holdsDomains: boolean;
  /** Of the manifest and the constants of the domain that was asked for. */
  own: number;
}

const [domainName = ""] = process.argv.slice(2);
const root = process.cwd();
const outFolder = mkdtempSync(join(tmpdir(), "crm-sizes-"));
try {
  const bundles = await bundleEntries(root, outFolder);
  const holding = new Set(
    listEntryPoints(root).flatMap(({ path, code }) => (code.includes("core/src/domains.ts") ? [path] : [])),
  );
  const sizes = [...bundles].map(([path, bundle]): [string, BundleSizes] => {
    const inputs = Object.values(bundle.parts).flatMap((part) => Object.entries(part.inputs));
    const domainInputs = inputs.filter(([file]) =>
      [`/${domainName}.domain.ts`, `/${domainName}.kind.ts`].some((name) => file.endsWith(name)),
    );
    return [
      path,
      {
        read: coldStartBytes(bundle),
        holdsDomains: holding.has(path),
        own: domainInputs.reduce((sum, [, bytes]) => sum + bytes, 0),
      },
    ];
  });
  console.log(JSON.stringify(Object.fromEntries(sizes)));
} finally {
  rmSync(outFolder, { recursive: true, force: true });
}
