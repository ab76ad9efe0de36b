import { existsSync, readdirSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, join, normalize, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { fontFiles } from "@crm/local/ports/fonts.ts";
import { describe, expect, it } from "vitest";
import { listStackPackages } from "../../../scripts/stack-packages.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));

type Versions = Record<string, string>;
interface Manifest {
  scripts: Record<string, string>;
  dependencies: Versions;
  devDependencies?: Versions;
  optionalDependencies?: Versions;
  peerDependencies?: Versions;
  overrides?: Record<string, string | Versions>;
}

const readManifest = (folder: string): Manifest => JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));

const manifest = readManifest(".");
const installedPackages = new Set(Object.keys(manifest.dependencies));

/** Commands that the README and the operations page document for installations with --omit=dev. */
const COMMANDS = [
  "start",
  "demo",
  "backup",
  "restore",
  "operate",
  "migrate",
  "rotate-keys",
  "snapshots",
  "load",
  "fonts:install",
];

const IMPORT = /^(?:import|export)\s+(?!type\b)(?:[^"';]*?\sfrom\s+)?"([^"]+)"/gms;
const LAZY_IMPORT = /\bimport\(\s*"([^"]+)"/g;
const RESOLVED_IMPORT = /\b(?:require|resolve)\(\s*"([^"]+)"/g;
/** Imports of types too. */
const ANY_IMPORT = /\b(?:from|import\()\s*"([^"]+)"/g;
const COMPUTED_IMPORT = /\b(?:import|require|resolve)\(\s*`([^`]+)`/g;

const packageName = (specifier: string): string =>
  specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");

/** The files that a module graph reaches from its entries, and each imported package with the file that imports it. */
function collectModuleGraph(
  entries: readonly string[],
  patterns = [IMPORT, LAZY_IMPORT, RESOLVED_IMPORT],
): { files: ReadonlySet<string>; packages: ReadonlyMap<string, string> } {
  const files = new Set<string>();
  const packages = new Map<string, string>();
  const visit = (file: string): void => {
    if (files.has(file)) return;
    files.add(file);
    const text = readFileSync(join(root, file), "utf8");
    for (const pattern of patterns)
      for (const [, specifier = ""] of text.matchAll(pattern)) {
        const packagePath = specifier.startsWith("@crm/") ? specifier.replace(/^@crm\/(\w+)\//, "packages/$1/src/") : undefined;
        const target = specifier.startsWith(".") ? normalize(join(dirname(file), specifier)) : packagePath;
        if (target === undefined) {
          if (!isBuiltin(specifier) && /^@?[a-z]/.test(specifier)) packages.set(packageName(specifier), file);
        } else if (/\.(ts|js)$/.test(target) && existsSync(join(root, target))) visit(target);
      }
  };
  for (const entry of entries) visit(entry);
  return { files, packages };
}

const findScript = (command: string): string => {
  const file = /\bscripts\/[\w-]+\.(?:ts|js)\b/.exec(manifest.scripts[command] ?? "")?.[0];
  if (!file) throw new Error(`npm run ${command} runs no file of scripts/`);
  return file;
};

/** The console is deployed as built files, which need no packages. */
const deployedFiles = readdirSync(join(root, "packages"), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith(".ts") && entry.parentPath.includes("/src"))
  .filter((entry) => !relative(root, entry.parentPath).startsWith("packages/console/"))
  .map((entry) => relative(root, join(entry.parentPath, entry.name)));

const listUndeclared = (packages: ReadonlyMap<string, string>): string[] =>
  [...packages].flatMap(([name, file]) => (installedPackages.has(name) ? [] : [`${file} needs ${name}`]));

describe("dependencies that are needed at run time", () => {
  it.each(COMMANDS)("npm run %s", (command) => {
    const { files, packages } = collectModuleGraph([findScript(command)]);
    expect(files.size).toBeGreaterThan(1);
    expect(listUndeclared(packages)).toEqual([]);
  });

  it("of product packages and deployed files are declared", () => {
    const { packages } = collectModuleGraph(deployedFiles);
    expect(packages.size).toBeGreaterThan(30);
    expect(listUndeclared(packages)).toEqual([]);
  });

  it("of Latin and Arabic fonts are declared; Chinese, Japanese and Korean ones are optional", () => {
    const absent = [...new Set([...fontFiles.values()].map(packageName))].filter((name) => !installedPackages.has(name));
    expect(absent).toEqual(["sc", "tc", "jp", "kr"].map((variant) => `@expo-google-fonts/noto-sans-${variant}`));
    expect(Object.keys(readManifest("packages/local").peerDependencies ?? {}).sort()).toEqual(absent.sort());
  });

  it("have no computed names, except fonts", () => {
    // Fonts are resolved through `fontFiles`, see above.
    expect(
      deployedFiles.filter((file) => [...readFileSync(join(root, file), "utf8").matchAll(COMPUTED_IMPORT)].length > 0),
    ).toEqual([]);
  });
});

describe("the packages of the stacks, which npm ci leaves out", () => {
  /** Files that need them and are not in `stacks` or `test/stacks`. */
  const stackScripts = ["scripts/deploy.ts", "scripts/limits.ts"];

  it("are needed by the stacks alone", () => {
    const files = ["packages", "test", "bench", "scripts"]
      .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !entry.parentPath.includes("/node_modules"))
      .map((entry) => relative(root, join(entry.parentPath, entry.name)))
      .filter((file) => !file.startsWith("test/stacks/") && !stackScripts.includes(file));
    expect(files.length).toBeGreaterThan(1000);
    const { packages } = collectModuleGraph(files, [ANY_IMPORT]);
    expect(listStackPackages().flatMap((name) => packages.get(name) ?? [])).toEqual([]);
    const { exclude } = JSON.parse(readFileSync(join(root, "tsconfig.json"), "utf8")) as { exclude: string[] };
    expect(exclude).toEqual(expect.arrayContaining(["test/stacks", ...stackScripts]));
  });

  it("are optional packages of the root", () => {
    expect(Object.keys(manifest.peerDependencies ?? {})).toEqual(listStackPackages());
  });
});

it("each package has one version in all manifests", () => {
  const folders = [
    ".",
    "stacks",
    "test/local/dynoxide",
    ...readdirSync(join(root, "packages")).map((name) => `packages/${name}`),
  ];
  const named = folders.flatMap((folder) => {
    const { dependencies, devDependencies, optionalDependencies, peerDependencies, overrides = {} } = readManifest(folder);
    const replaced = Object.values(overrides).flatMap((versions) => (typeof versions === "string" ? [] : [versions]));
    return [dependencies, devDependencies, optionalDependencies, peerDependencies, ...replaced].flatMap((versions) =>
      Object.entries(versions ?? {}).filter(([, version]) => version !== "*"),
    );
  });
  expect(named.length).toBeGreaterThan(100);
  const drifted = Object.entries(Object.groupBy(named, ([name]) => name)).filter(
    ([, entries = []]) => new Set(entries.map(([, version]) => version)).size > 1,
  );
  expect(drifted).toEqual([]);
});
