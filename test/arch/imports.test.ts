import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const filesBelow = (folder: string): string[] =>
  !existsSync(join(root, folder))
    ? []
    : readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
        .map((entry) => relative(root, join(entry.parentPath, entry.name)));

interface Import {
  from: string;
  to: string;
  typeOnly: boolean;
  /** By `import()`, when it is needed. */
  isLazy: boolean;
}

/** Every import of the project's own files, by path from its root. */
function importsOf(folder: string): Import[] {
  return filesBelow(folder).flatMap((from) => {
    const text = readFileSync(join(root, from), "utf8");
    const found = [
      ...[...text.matchAll(/^(?:import|export)\s+(type\s+)?(?:[^"';]*?\sfrom\s+)?"([^"]+)"/gms)].map(
        (each) => [each, false] as const,
      ),
      ...[...text.matchAll(/\bimport\(()"([^"]+)"\)/g)].map((each) => [each, true] as const),
    ];
    return found.map(([[, type, target = ""], isLazy]) => {
      const own = target.startsWith("@crm/") ? target.replace(/^@crm\/(\w+)\//, "packages/$1/src/") : target;
      const to = own.startsWith(".") ? normalize(join(dirname(from), own)) : own;
      return { from, to, typeOnly: Boolean(type), isLazy };
    });
  });
}

const core = importsOf("packages/core/src");
const all = [
  ...core,
  ...importsOf("packages/functions/src"),
  ...importsOf("packages/local/src"),
  ...importsOf("packages/aws/src"),
];
const within = (path: string, folder: string): boolean => path.startsWith(`${folder}/`);
const breaking = (imports: readonly Import[]): string[] => imports.map(({ from, to }) => `${from} → ${to}`);

/** Makes and reads users, sessions and tenants before there is anybody who acts. */
const signIn = "packages/core/src/sign-in";

/** What a domain says about itself imports no other: so any other may ask it for a kind, a permission or a kind of master data. */
const isFacts = (path: string): boolean => /\.(domain|masters)\.ts$/.test(path);

/** Folders of core that are no domain. */
const shared = new Set(["kernel", "storage", "jobs", "views", "sign-in"]);
const domainOf = (path: string): string | undefined => {
  const match = /^packages\/core\/src\/([a-z-]+)\//.exec(path);
  return match?.[1] && !shared.has(match[1]) ? match[1] : undefined;
};

describe("imports", () => {
  it("are read at all", () => {
    expect(all.length).toBeGreaterThan(300);
  });

  it("of the kernel go nowhere but the kernel", () => {
    const foreign = core.filter(
      ({ from, to, typeOnly }) =>
        within(from, "packages/core/src/kernel") &&
        within(to, "packages") &&
        !within(to, "packages/core/src/kernel") &&
        !typeOnly,
    );
    expect(breaking(foreign)).toEqual([]);
    const clouds = core.filter(({ from, to }) => within(from, "packages/core/src/kernel") && /^(@aws-sdk|electrodb)/.test(to));
    expect(breaking(clouds)).toEqual([]);
  });

  it("of the kernel go nowhere else for their types either", () => {
    const foreign = core.filter(
      ({ from, to }) =>
        within(from, "packages/core/src/kernel") && within(to, "packages") && !within(to, "packages/core/src/kernel"),
    );
    expect(breaking(foreign)).toEqual([]);
  });

  it("between the rooms of storage go one way", () => {
    const rooms = ["table", "vault", "read", "write", "project", "jobs"];
    const roomOf = (path: string): number => rooms.indexOf(/^packages\/core\/src\/storage\/(\w+)\//.exec(path)?.[1] ?? "");
    const upwards = core.filter(({ from, to }) => roomOf(from) >= 0 && roomOf(to) > roomOf(from));
    expect(breaking(upwards)).toEqual([]);
  });

  it("are for something that they name, and for no side effect", () => {
    const bare = ["core", "functions", "aws", "local"].flatMap((name) =>
      filesBelow(`packages/${name}/src`).filter((file) => /^import "/m.test(readFileSync(join(root, file), "utf8"))),
    );
    expect(bare).toEqual([]);
  });

  it("make no circle, of types neither", () => {
    const to = Map.groupBy(
      // A module may export itself by its name.
      all.filter((each) => !each.isLazy && each.from !== each.to),
      ({ from }) => from,
    );
    const state = new Map<string, "open" | "done">();
    const circles: string[] = [];
    const visit = (file: string, path: readonly string[]): void => {
      if (state.get(file) === "done") return;
      if (state.get(file) === "open") {
        circles.push([...path.slice(path.indexOf(file)), file].join(" → "));
        return;
      }
      state.set(file, "open");
      for (const next of to.get(file) ?? []) visit(next.to, [...path, file]);
      state.set(file, "done");
    };
    for (const file of to.keys()) visit(file, []);
    expect(circles).toEqual([]);
  });

  it("of what domains say about themselves go to the kernel, so that anybody may ask", () => {
    const facts = core.filter(({ from, isLazy }) => isFacts(from) && !isLazy);
    const allowed = ({ to }: Import): boolean =>
      within(to, "packages/core/src/kernel") ||
      isFacts(to) ||
      /\/masters\/|\.masters\.ts$/.test(to) ||
      to.endsWith("storage/project/audit.ts");
    expect(breaking(facts.filter((each) => !allowed(each)))).toEqual([]);
  });

  it("of storage know no domain", () => {
    expect(
      breaking(core.filter(({ from, to }) => within(from, "packages/core/src/storage") && domainOf(to) !== undefined)),
    ).toEqual([]);
  });

  it("of core know neither functions nor adapters", () => {
    expect(breaking(core.filter(({ to }) => /^packages\/(functions|local|aws)\//.test(to)))).toEqual([]);
  });

  it("of functions know no adapter", () => {
    expect(
      breaking(all.filter(({ from, to }) => within(from, "packages/functions") && /^packages\/(local|aws)\//.test(to))),
    ).toEqual([]);
  });

  it("of what is deployed never reach the local runner, nor the other way", () => {
    expect(breaking(all.filter(({ from, to }) => within(from, "packages/aws") && within(to, "packages/local")))).toEqual([]);
    expect(breaking(all.filter(({ from, to }) => within(from, "packages/local") && within(to, "packages/aws")))).toEqual([]);
  });

  it("keep entities inside the folder of their domain, but for the list of all and for sign-in", () => {
    const entities = core.filter(({ from, to }) => /\.entity\.ts$/.test(to) && domainOf(from) !== domainOf(to));
    const foreign = entities.filter(({ from }) => from !== "packages/core/src/records.ts" && !within(from, signIn));
    expect(breaking(foreign)).toEqual([]);
  });

  it("between two domains go one way", () => {
    const pairs = new Set(
      core.flatMap(({ from, to, typeOnly }) =>
        domainOf(from) && domainOf(to) && domainOf(from) !== domainOf(to) && !typeOnly && !isFacts(to)
          ? [`${domainOf(from)} ${domainOf(to)}`]
          : [],
      ),
    );
    const both = [...pairs].filter(
      (pair) => pairs.has(pair.split(" ").reverse().join(" ")) && pair < pair.split(" ").reverse().join(" "),
    );
    expect(both).toEqual([]);
  });

  it("of domains and storage never reach a flow: flows join them", () => {
    const flows = "packages/core/src/flows";
    expect(breaking(core.filter(({ from, to }) => within(to, flows) && !within(from, flows)))).toEqual([]);
  });
});

describe("the clock", () => {
  it("is asked through the kernel", () => {
    const asking = filesBelow("packages/core/src").filter(
      (file) => /Date\.now\(|new Date\(\)/.test(readFileSync(join(root, file), "utf8")) && !file.endsWith("kernel/clock.ts"),
    );
    expect(asking).toEqual([]);
  });
});
