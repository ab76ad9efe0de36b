import { readFileSync } from "node:fs";
import { domains } from "@crm/core/domains.ts";
import type { Flow, Listener, Schedule } from "@crm/core/kernel/domain.ts";
import type { PortUse } from "@crm/core/kernel/uses.ts";
import { functionNames, functions } from "@crm/functions/api/index.ts";
import { flowsOf, keyspacesOf as keyspacesOfFlow } from "@crm/functions/flow/index.ts";
import { house } from "@crm/functions/schedule/house.ts";
import { schedules } from "@crm/functions/schedule/index.ts";
import { keyspacesOf, subscribers } from "@crm/functions/subscribe/index.ts";
import { inbound, operator, stream, watch } from "./house.ts";

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
  sms: ["sms", "sms"],
  sms_sender: ["smsSender", "smsSender"],
  bus: ["bus", "bus"],
  secrets: ["secrets", "secrets"],
  seal: ["keys", "seal"],
  dead_letters: ["files", "deadLetters"],
  inbound_mail: ["files", "inboundMail"],
  objects: ["objects", "objects"],
  inbound_domain: ["inboundDomain", "inboundDomain"],
  domains: ["domains", "domains"],
  audit_days: ["auditDays", "auditDays"],
  flows: ["flows", "flows"],
  fonts: ["fonts", "fonts"],
  web: ["web", "web"],
  outbound: ["outbound", "outbound"],
  mailer: ["mailer", "mailer"],
};

/** Who answers requests reaches these as the tenant that asks. */
const narrowed: Readonly<Record<string, string>> = { seal: "tenantSeal", objects: "tenantObjects" };

/** `deadLetters` is in `dead-letters.ts`. */
const fileOf = (adapter: string): string => adapter.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

interface Written {
  root: string;
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
    made.set(part, (table === "narrowed" && narrowed[adapter]) || adapter);
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
    uses: usesOfApi(name),
    table: "narrowed",
    imports: imports(root, { [`${name} as served`]: `${FUNCTIONS}/api/${name}.ts`, serve: `${AWS}/serve.ts` }),
    handler: (parts) => `serve("${name}", served.operations, ${parts})`,
  }),
});

/**
 * The module and the name behind the loader of a listener or a schedule, from the text of the file that declares it: an entry point
 * imports at once what anything else loads when it needs it. The loader itself cannot tell, because what runs here may be a bundle.
 */
function loaded(root: string, file: string, facet: string, name: string): { file: string; name: string } {
  const text = readFileSync(`${root}/${file}`, "utf8");
  const from = text.slice(text.search(new RegExp(`\\b${facet}\\b`)));
  const own = from.slice(from.search(new RegExp(`["']?\\b${name}["']?: \\{`)));
  const [, module, exported] = /load: async \(\) =>\s+\(await import\("([^"]+)"\)\)\.(\w+)/.exec(own) ?? [];
  if (!module || !exported)
    throw new Error(`In ${file}, write what ${name} loads as load: async () => (await import("./file.ts")).name`);
  return { file: new URL(module, `file://${root}/${file}`).pathname, name: exported };
}

/** The file in which a domain declares a listener or a schedule. */
function declaredIn(facet: "listens" | "schedules" | "flows", name: string): string {
  const domain = domains.find((each) => Object.hasOwn(each[facet] ?? {}, name));
  if (!domain) throw new Error(`No domain declares ${name} under ${facet}`);
  return `packages/core/src/${domain.name}/${domain.name}.domain.ts`;
}

/** Imports of one name each, by its file below the root. */
const imports = (root: string, named: Readonly<Record<string, string>>): string[] =>
  Object.entries(named).map(([name, file]) => `import { ${name} } from "${file.startsWith("/") ? file : `${root}/${file}`}";`);

const AWS = "packages/aws/src";
const FUNCTIONS = "packages/functions/src";

function subscriberEntry(root: string, name: string, listener: Listener): Entry {
  const { uses = [] } = listener;
  const run = loaded(root, declaredIn("listens", name), "listens", name);
  return {
    path: `subscribe/${name}`,
    code: written({
      root,
      uses,
      table: "own",
      imports: imports(root, {
        [`${run.name} as run`]: run.file,
        hearing: `${FUNCTIONS}/subscribe/context.ts`,
        onEvent: `${AWS}/work.ts`,
      }),
      handler: (parts) => `onEvent("${name}", hearing("${name}", ${JSON.stringify(keyspacesOf(listener))}, run), ${parts})`,
    }),
  };
}

/**
 * The modules and names behind the steps of a flow, by step, read as `loaded` reads: its machine AWS has, and nothing else of the
 * domain is needed.
 */
function stepsIn(root: string, file: string, flow: string): [step: string, from: { file: string; name: string }][] {
  const text = readFileSync(`${root}/${file}`, "utf8");
  const from = text.slice(text.search(/\bflows\b/));
  const own = from.slice(from.search(new RegExp(`\\b${flow}: \\{`)));
  const [, steps = ""] = /steps: \{([\s\S]*?)\n? *\},/.exec(own) ?? [];
  return [...steps.matchAll(/(\w+): async \(\) =>\s+\(await import\("([^"]+)"\)\)\.(\w+)/g)].map(
    ([, step = "", module = "", name = ""]) => [step, { file: new URL(module, `file://${root}/${file}`).pathname, name }],
  );
}

/** The function of all steps of a flow. */
export function flowEntry(root: string, file: string, name: string, flow: Flow): Entry {
  const steps = stepsIn(root, file, name);
  const missing = Object.keys(flow.steps).filter((step) => !steps.some(([each]) => each === step));
  if (missing.length > 0)
    throw new Error(`In ${file}, write what a step loads as ${missing[0]}: async () => (await import("./file.ts")).name`);
  const loads = steps.map(([step], at) => `${step}: async () => step${at}`).join(", ");
  return {
    path: `flow/${name}`,
    code: written({
      root,
      uses: flow.uses ?? [],
      table: "own",
      imports: [
        ...steps.map(([, from], at) => `import { ${from.name} as step${at} } from "${from.file}";`),
        ...imports(root, { stepping: `${FUNCTIONS}/flow/context.ts`, work: `${AWS}/work.ts` }),
      ],
      handler: (parts) =>
        `work("${name}", stepping("${name}", ${JSON.stringify(keyspacesOfFlow(flow))}, { ${loads} }), ${parts})`,
    }),
  };
}

function scheduleEntry(root: string, name: string, { uses = [], table = [] }: Schedule): Entry {
  const run = Object.hasOwn(house, name)
    ? loaded(root, `${FUNCTIONS}/schedule/house.ts`, "house", name)
    : loaded(root, declaredIn("schedules", name), "schedules", name);
  const keyspaces = JSON.stringify(table.flatMap(({ within }) => within ?? []));
  return {
    path: `schedule/${name}`,
    code: written({
      root,
      uses,
      table: "own",
      imports: imports(root, {
        [`${run.name} as run`]: run.file,
        running: `${FUNCTIONS}/schedule/context.ts`,
        onSchedule: `${AWS}/work.ts`,
      }),
      handler: (parts) => `onSchedule("${name}", running("${name}", ${keyspaces}, run), ${parts})`,
    }),
  };
}

const streamEntry = (root: string): Entry => ({
  path: "stream",
  code: written({
    root,
    uses: stream.uses,
    table: "own",
    imports: imports(root, { streamHandler: `${FUNCTIONS}/stream/index.ts`, PARKED: `${AWS}/parked.ts`, work: `${AWS}/work.ts` }),
    handler: (parts) => `work("stream", (event, ports) => streamHandler(ports, PARKED)(event), ${parts})`,
  }),
});

const watchEntry = (root: string): Entry => ({
  path: "watch",
  code: written({
    root,
    uses: watch.uses,
    table: "own",
    imports: imports(root, { tellFor: `${AWS}/watch.ts`, work: `${AWS}/work.ts` }),
    handler: (parts) => `work("watch", (_event, ports) => tellFor(ports), ${parts})`,
  }),
});

const inboundEntry = (root: string): Entry => ({
  path: "inbound-mail",
  code: written({
    root,
    uses: inbound.uses,
    table: "own",
    imports: imports(root, { takeIn: `${AWS}/inbound.ts`, work: `${AWS}/work.ts` }),
    handler: (parts) => `work("inbound-mail", (event, ports) => takeIn(event, ports), ${parts})`,
  }),
});

const operatorEntry = (root: string): Entry => ({
  path: "operator",
  code: written({
    root,
    uses: operator.uses,
    table: "own",
    imports: imports(root, { operate: `${AWS}/operator.ts`, work: `${AWS}/work.ts` }),
    handler: (parts) => `work("operator", (event, ports) => operate(event, ports), ${parts})`,
  }),
});

/** All entry points, by path. */
export const entriesOf = (root: string): readonly Entry[] =>
  [
    ...functionNames.map((name) => apiEntry(root, name)),
    ...subscribers.map(({ name, listener }) => subscriberEntry(root, name, listener)),
    ...schedules.map(({ name, declared }) => scheduleEntry(root, name, declared)),
    ...flowsOf(domains).map(({ name, flow }) => flowEntry(root, declaredIn("flows", name), name, flow)),
    streamEntry(root),
    watchEntry(root),
    inboundEntry(root),
    operatorEntry(root),
  ].sort((a, b) => (a.path < b.path ? -1 : 1));
