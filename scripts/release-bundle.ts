import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { constants, zstdCompressSync } from "node:zlib";
import type { domains as Domains } from "@crm/core/domains.ts";
import type { BaseRecord, Collection } from "@crm/core/storage/table/collection.ts";
import { requireOption, runCommand } from "@crm/local/terminal-command.ts";
import { build } from "esbuild";

/**
 * Bundles the local app of a release for the test that runs two releases on one table (test/storage/migration/two-releases.test.ts). The
 * packages of node_modules are not in the bundle. Run it after each release, with its tag.
 */
const USAGE = "node scripts/release-bundle.ts --tag v0.2.0";

const repository = join(import.meta.dirname, "..");
const out = join(repository, "test/storage/migration/fixtures");

/** What the test uses of the release. */
const ENTRY = `
export { startApp } from "@crm/local/app.ts";
export { domains } from "@crm/core/domains.ts";
export { loadedCollections } from "@crm/core/storage/table/collection.ts";
export { createClient } from "@crm/functions/derive/client.ts";
export { functionFor } from "@crm/functions/derive/routes.ts";
`;

await runCommand(USAGE, ["tag"], async (options) => {
  const tag = requireOption(options.tag, USAGE);
  const root = mkdtempSync(join(tmpdir(), "crm-release-"));
  try {
    const archive = execFileSync("git", ["archive", tag, "packages"], { maxBuffer: 1 << 30 });
    execFileSync("tar", ["x", "-C", root], { input: archive });
    const { outputFiles } = await build({
      stdin: { contents: ENTRY, resolveDir: root, loader: "ts" },
      bundle: true,
      write: false,
      format: "esm",
      platform: "node",
      target: "node24",
      minify: true,
      keepNames: true,
      charset: "utf8",
      define: { "import.meta.dirname": JSON.stringify("/") },
      plugins: [
        {
          name: "release",
          setup({ onResolve }) {
            onResolve({ filter: /^@crm\/[a-z]+\// }, ({ path }) => {
              const [, name = "", file = ""] = /^@crm\/([a-z]+)\/(.+)$/.exec(path) ?? [];
              return { path: join(root, "packages", name, "src", file) };
            });
            onResolve({ filter: /^[^./]/ }, ({ path, kind }) => (kind === "entry-point" ? undefined : { path, external: true }));
          },
        },
      ],
    });
    const code = outputFiles[0]?.contents ?? new Uint8Array();
    const packed = zstdCompressSync(code, { params: { [constants.ZSTD_c_compressionLevel]: 19 } });
    writeFileSync(join(out, "former-release.mjs.zst"), packed);
    writeFileSync(join(out, "former-release.json"), `${JSON.stringify(await listKinds(code))}\n`);
    console.log(`the release ${tag}: ${code.length} bytes, ${packed.length} compressed`);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});

/** Lists how the release stores each kind. */
async function listKinds(code: Uint8Array): Promise<Record<string, { shape: number; columns: readonly string[] }>> {
  // From here it can import the packages of node_modules.
  const folder = join(repository, "node_modules/.cache");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `release-${process.pid}.mjs`);
  writeFileSync(file, code);
  try {
    const { domains, loadedCollections } = (await import(file)) as {
      domains: typeof Domains;
      loadedCollections: ReadonlyMap<string, Collection<BaseRecord>>;
    };
    await Promise.all(domains.flatMap(({ kinds }) => kinds).map((kind) => kind.load?.()));
    const forms = [...loadedCollections].map(([name, { shape, columns }]) => [name, { shape, columns }] as const);
    return Object.fromEntries(forms.sort(([left], [right]) => (left < right ? -1 : 1)));
  } finally {
    rmSync(file);
  }
}
