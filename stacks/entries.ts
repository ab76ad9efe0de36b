import { domains } from "@crm/core/domains.ts";
import type { PortUse } from "@crm/core/kernel/uses.ts";
import { functionNames, functions } from "@crm/functions/api/index.ts";
import { house } from "@crm/functions/schedule/house.ts";
import { schedules } from "@crm/functions/schedule/index.ts";
import { subscribers } from "@crm/functions/subscribe/index.ts";
import { operator, stream } from "./house.ts";

/**
 * The entry point of each function, written from what it says that it uses: so that its bundle holds the adapters of those ports
 * and no others, whatever other functions there are.
 */
export interface Entry {
  /** `api/leads`, `subscribe/mail`, `schedule/due`, `stream`. */
  readonly path: string;
  readonly code: string;
}

/** What stands for a port in `Ports`, and which adapter makes it. */
const adapters: Readonly<Record<string, readonly [part: string, adapter: string]>> = {
  mail: ["mail", "mail"],
  bus: ["bus", "bus"],
  secrets: ["secrets", "secrets"],
  seal: ["keys", "seal"],
  dead_letters: ["files", "deadLetters"],
  objects: ["objects", "objects"],
  domains: ["domains", "domains"],
};

/** `deadLetters` is in `dead-letters.ts`. */
const fileOf = (adapter: string): string => adapter.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

interface Written {
  root: string;
  name: string;
  uses: readonly PortUse[];
  /** Under whose credentials the table is used. */
  table: "narrowed" | "own";
  /** Further imports, and the expression that makes the handler out of the parts. */
  imports: readonly string[];
  handler: (parts: string) => string;
}

function written({ root, uses, table, imports, handler }: Written): string {
  const made = new Map<string, string>([["database", table]]);
  for (const use of uses) {
    const [part, adapter] = adapters[use.split(":")[0] ?? ""] ?? [];
    if (!part || !adapter) throw new Error(`No adapter is known for the port ${use}`);
    made.set(part, adapter);
  }
  const named = [...made.values()].filter((adapter) => adapter !== "domains").sort();
  const parts = [...made].map(([part, adapter]) => `${part}: ${adapter === "domains" ? "() => domains" : adapter}`);
  return [
    ...imports,
    ...named.map((adapter) => `import { ${adapter} } from "${root}/packages/aws/src/ports/${fileOf(adapter)}.ts";`),
    ...(made.has("domains") ? [`import { domains } from "${root}/packages/core/src/domains.ts";`] : []),
    `export const handler = ${handler(`{ ${parts.join(", ")} }`)};`,
    "",
  ].join("\n");
}

/** Every operation that recognises its caller reads the application's secret. */
export const usesOfApi = (name: (typeof functionNames)[number]): readonly PortUse[] => {
  const { uses = [], isOpen } = functions[name] as { uses?: readonly PortUse[]; isOpen?: true };
  return isOpen ? uses : ["secrets", ...uses];
};

const apiEntry = (root: string, name: (typeof functionNames)[number]): Entry => ({
  path: `api/${name}`,
  code: written({
    root,
    name,
    uses: usesOfApi(name),
    table: "narrowed",
    imports: [
      `import { ${name} as served } from "${root}/packages/functions/src/api/${name}.ts";`,
      `import { serve } from "${root}/packages/aws/src/serve.ts";`,
    ],
    handler: (parts) => `serve("${name}", served.operations, ${parts})`,
  }),
});

/** The module and the name behind a loader: `async () => (await import("./x.ts")).name`. An entry point imports it at once. */
export function loaded(load: () => Promise<unknown>): { file: string; name: string } {
  const [, file, name] = /import\(\s*["']([^"']+)["']\s*\)\)?\.(\w+)/.exec(String(load)) ?? [];
  if (!file || !name) throw new Error(`Write a loader as async () => (await import("./file.ts")).name, not ${load}`);
  return { file, name };
}

const domainOf = (facet: "listens" | "schedules", name: string): string | undefined =>
  domains.find((domain) => name in (domain[facet] ?? {}))?.name;

function systemEntry(
  root: string,
  path: string,
  around: string,
  folder: string,
  load: () => Promise<unknown>,
  wrap: string,
  uses: readonly PortUse[],
): Entry {
  const { file, name } = loaded(load);
  const from = new URL(file, `file://${root}/${folder}/`).pathname;
  const own = path.split("/")[1] ?? path;
  return {
    path,
    code: written({
      root,
      name: own,
      uses,
      table: "own",
      imports: [
        `import { ${name} as run } from "${from}";`,
        wrap.startsWith("hearing")
          ? `import { hearing } from "${root}/packages/functions/src/subscribe/context.ts";`
          : `import { running } from "${root}/packages/functions/src/schedule/context.ts";`,
        `import { ${around} } from "${root}/packages/aws/src/work.ts";`,
      ],
      handler: (parts) => `${around}("${own}", ${wrap}, ${parts})`,
    }),
  };
}

/** All entry points, by path. */
export function entriesOf(root: string): readonly Entry[] {
  const apis = functionNames.map((name) => apiEntry(root, name));
  const listening = subscribers.map(({ name, listener }) =>
    systemEntry(
      root,
      `subscribe/${name}`,
      "onEvent",
      `packages/core/src/${domainOf("listens", name)}`,
      listener.load,
      `hearing("${name}", run)`,
      listener.uses ?? [],
    ),
  );
  const running = schedules.map(({ name, declared }) => {
    const folder = name in house ? "packages/functions/src/schedule" : `packages/core/src/${domainOf("schedules", name)}`;
    const keyspaces = (declared.table ?? []).flatMap(({ within }) => within ?? []);
    const wrap = `running("${name}", ${JSON.stringify(keyspaces)}, run)`;
    return systemEntry(root, `schedule/${name}`, "onSchedule", folder, declared.load, wrap, declared.uses ?? []);
  });
  const others = [
    {
      path: "stream",
      code: written({
        root,
        name: "stream",
        uses: stream.uses,
        table: "own",
        imports: [
          `import { streamHandler } from "${root}/packages/functions/src/stream/index.ts";`,
          `import { work } from "${root}/packages/aws/src/work.ts";`,
        ],
        handler: (parts) => `work("stream", (event, ports) => streamHandler(ports)(event), ${parts})`,
      }),
    },
    {
      path: "operator",
      code: written({
        root,
        name: "operator",
        uses: operator.uses,
        table: "own",
        imports: [
          `import { operate } from "${root}/packages/aws/src/operator.ts";`,
          `import { work } from "${root}/packages/aws/src/work.ts";`,
        ],
        handler: (parts) => `work("operator", (event, ports) => operate(event, ports), ${parts})`,
      }),
    },
  ];
  return [...apis, ...listening, ...running, ...others].sort((a, b) => (a.path < b.path ? -1 : 1));
}
