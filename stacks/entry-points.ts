import { globSync, readFileSync } from "node:fs";
import { relative } from "node:path";
import { domains } from "@crm/core/domains.ts";
import type { PortUse } from "@crm/core/kernel/capabilities.ts";
import type { Flow, Listener, Schedule } from "@crm/core/kernel/domain.ts";
import { type FunctionName, functionNames } from "@crm/functions/api/function-loaders.ts";
import { functions } from "@crm/functions/api/index.ts";
import { listKeyspaces as keyspacesOfFlow, listFlows } from "@crm/functions/flow/index.ts";
import type { ApiFunction } from "@crm/functions/http/api-function.ts";
import { schedules } from "@crm/functions/schedule/index.ts";
import { platformSchedules } from "@crm/functions/schedule/platform-schedules.ts";
import { listKeyspaces, subscribers } from "@crm/functions/subscribe/index.ts";
import { inbound, operator, releaseCheck, stream, watch } from "./platform-functions.ts";
import type { Isolation } from "./settings.ts";

/** The entry point of a function, generated from the ports that the function declares, so that its bundle contains only their adapters. */
export interface EntryPoint {
  /** `api/leads`, `subscribe/mail`, `schedule/due`, `stream`. */
  readonly path: string;
  readonly code: string;
}

/** The part of `Ports` for each declared port, and the adapter that creates it. */
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
  archive_days: ["archiveDays", "archiveDays"],
  signup: ["signup", "signup"],
  flows: ["flows", "flows"],
  fonts: ["fonts", "fonts"],
  web: ["web", "web"],
  outbound: ["outbound", "outbound"],
  mailer: ["mailer", "mailer"],
  operations: ["operations", "operations"],
};

/** Adapters that differ by the credentials for the table. Those of request handlers act for the tenant of the request. */
const dataAdapters: Readonly<Record<EntrySpec["database"], Readonly<Record<string, string>>>> = {
  tenantDatabase: { seal: "tenantSeal", objects: "tenantObjects" },
  guardedDatabase: { seal: "guardedSeal", objects: "guardedObjects" },
  functionDatabase: {},
};

/** Returns the adapter's file name: `deadLetters` is in `dead-letters.ts`. */
const adapterFile = (adapter: string): string => adapter.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

interface EntrySpec {
  root: string;
  uses: readonly PortUse[];
  /** The credentials for the table: a role of the request's tenant, or the function's own role, with or without a guard. */
  database: "tenantDatabase" | "guardedDatabase" | "functionDatabase";
  /** Further imports, and a function that returns the handler's expression for the given parts. */
  imports: readonly string[];
  handler: (parts: string) => string;
}

function buildEntryCode({ root, uses, database, imports, handler }: EntrySpec): string {
  const adapterByPart = new Map<string, string>([["database", database]]);
  for (const use of uses) {
    const [part, adapter] = adapters[use.split(":")[0] ?? ""] ?? [];
    if (!part || !adapter) throw new Error(`The port ${use} has no adapter`);
    adapterByPart.set(part, dataAdapters[database][adapter] ?? adapter);
  }
  const importedAdapters = [...adapterByPart.values()].filter((adapter) => adapter !== "domains").sort();
  const parts = [...adapterByPart].map(([part, adapter]) => `${part}: ${adapter === "domains" ? "() => domains" : adapter}`);
  return [
    ...imports,
    ...importedAdapters.map(
      (adapter) => `import { ${adapter} } from "${root}/packages/aws/src/ports/${adapterFile(adapter)}.ts";`,
    ),
    ...(adapterByPart.has("domains") ? [`import { domains } from "${root}/packages/core/src/domains.ts";`] : []),
    `export const handler = ${handler(`{ ${parts.join(", ")} }`)};`,
    "",
  ].join("\n");
}

/**
 * Returns the ports of an API function. Each function that authenticates its caller reads the keys of cursors and of keyed requests. Each that lists records
 * reads their columns, with the role by which it reads the records (stacks/request-roles.ts).
 */
export const apiPortUses = (name: FunctionName): readonly PortUse[] => {
  const { uses = [], isOpen, operations } = functions[name] as ApiFunction;
  const columns: readonly PortUse[] = operations.some(({ kind }) => kind === "list") ? ["objects:columns:get"] : [];
  return isOpen ? uses : ["secrets:requests", ...uses, ...columns];
};

function buildApiEntry(root: string, name: FunctionName, isolation: Isolation): EntryPoint {
  const { file, name: exported } = resolveLoader(root, `${FUNCTIONS_FOLDER}/api/function-loaders.ts`, "functionLoaders", name);
  return {
    path: `api/${name}`,
    code: buildEntryCode({
      root,
      uses: apiPortUses(name),
      database: isolation === "session" ? "tenantDatabase" : "guardedDatabase",
      imports: buildImports(root, {
        [`${exported} as served`]: relative(root, file),
        createRequestHandler: `${AWS_FOLDER}/request-handler.ts`,
      }),
      handler: (parts) => `createRequestHandler("${name}", served.operations, ${parts})`,
    }),
  };
}

/**
 * Returns the module and the export that a listener or schedule loads. It parses the text of the declaring file, because the entry point
 * imports statically what the declaration imports with `import()`, and the loader function may be bundled and cannot tell its module.
 */
function resolveLoader(root: string, file: string, facet: string, name: string): { file: string; name: string } {
  const text = readFileSync(`${root}/${file}`, "utf8");
  const from = text.slice(text.search(new RegExp(`\\b${facet}\\b`)));
  const declaration = from.slice(from.search(new RegExp(`["']?\\b${name}["']?: \\{`)));
  const [, module, exported] = /load: async \(\) =>\s+\(await import\("([^"]+)"\)\)\.(\w+)/.exec(declaration) ?? [];
  if (!module || !exported)
    throw new Error(`In ${file}, declare the loader of ${name} as load: async () => (await import("./file.ts")).name`);
  return { file: new URL(module, `file://${root}/${file}`).pathname, name: exported };
}

const manifests = new Map<string, readonly string[]>();

/** The manifests of all domains, by path from the root. The folders are read once, and not for each function. */
function listManifests(root: string): readonly string[] {
  const files = manifests.get(root) ?? globSync("packages/core/src/**/*.domain.ts", { cwd: root });
  manifests.set(root, files);
  return files;
}

/** Returns the file of the domain that declares a listener, schedule or flow. */
function findDeclaringFile(root: string, facet: "subscribers" | "schedules" | "flows", name: string): string {
  const domain = domains.find((each) => Object.hasOwn(each[facet] ?? {}, name));
  if (!domain) throw new Error(`No domain declares ${name} under ${facet}`);
  const [file, ...otherFiles] = listManifests(root).filter((path) => path.endsWith(`/${domain.name}.domain.ts`));
  if (!file || otherFiles.length > 0) throw new Error(`There must be exactly one file ${domain.name}.domain.ts`);
  return file;
}

/** Builds imports of one name each. A relative file is below the root. */
const buildImports = (root: string, fileByName: Readonly<Record<string, string>>): string[] =>
  Object.entries(fileByName).map(
    ([name, file]) => `import { ${name} } from "${file.startsWith("/") ? file : `${root}/${file}`}";`,
  );

const AWS_FOLDER = "packages/aws/src";
const FUNCTIONS_FOLDER = "packages/functions/src";

function buildSubscriberEntry(root: string, name: string, listener: Listener): EntryPoint {
  const { uses = [] } = listener;
  const run = resolveLoader(root, findDeclaringFile(root, "subscribers", name), "subscribers", name);
  return {
    path: `subscribe/${name}`,
    code: buildEntryCode({
      root,
      uses,
      database: "functionDatabase",
      imports: buildImports(root, {
        [`${run.name} as run`]: run.file,
        createListenerHandler: `${FUNCTIONS_FOLDER}/subscribe/listener-handler.ts`,
        onEvent: `${AWS_FOLDER}/event-handlers.ts`,
      }),
      handler: (parts) =>
        `onEvent("${name}", createListenerHandler("${name}", ${JSON.stringify(listKeyspaces(listener))}, run), ${parts})`,
    }),
  };
}

/**
 * Returns the module and the export of each step of a flow. It parses the declaring file, as `resolveLoader` does. The bundle needs only the
 * steps: the state machine itself is deployed to AWS.
 */
function readSteps(root: string, file: string, flow: string): [step: string, from: { file: string; name: string }][] {
  const text = readFileSync(`${root}/${file}`, "utf8");
  const from = text.slice(text.search(/\bflows\b/));
  const declaration = from.slice(from.search(new RegExp(`\\b${flow}: \\{`)));
  const [, steps = ""] = /steps: \{([\s\S]*?)\n? *\},/.exec(declaration) ?? [];
  return [...steps.matchAll(/(\w+): async \(\) =>\s+\(await import\("([^"]+)"\)\)\.(\w+)/g)].map(
    ([, step = "", module = "", name = ""]) => [step, { file: new URL(module, `file://${root}/${file}`).pathname, name }],
  );
}

/** Builds the entry point of a flow; one function runs all its steps. */
export function buildFlowEntry(root: string, file: string, name: string, flow: Flow): EntryPoint {
  const steps = readSteps(root, file, name);
  const missing = Object.keys(flow.steps).filter((step) => !steps.some(([stepName]) => stepName === step));
  if (missing.length > 0)
    throw new Error(`In ${file}, declare the loader of a step as ${missing[0]}: async () => (await import("./file.ts")).name`);
  const loads = steps.map(([step], index) => `${step}: async () => step${index}`).join(", ");
  return {
    path: `flow/${name}`,
    code: buildEntryCode({
      root,
      uses: flow.uses ?? [],
      database: "functionDatabase",
      imports: [
        ...steps.map(([, from], index) => `import { ${from.name} as step${index} } from "${from.file}";`),
        ...buildImports(root, {
          createStepHandler: `${FUNCTIONS_FOLDER}/flow/step-handler.ts`,
          createHandler: `${AWS_FOLDER}/event-handlers.ts`,
        }),
      ],
      handler: (parts) =>
        `createHandler("${name}", createStepHandler("${name}", ${JSON.stringify(keyspacesOfFlow(flow))}, { ${loads} }), ${parts})`,
    }),
  };
}

function buildScheduleEntry(root: string, name: string, { uses = [], table = [] }: Schedule): EntryPoint {
  const run = Object.hasOwn(platformSchedules, name)
    ? resolveLoader(root, `${FUNCTIONS_FOLDER}/schedule/platform-schedules.ts`, "platformSchedules", name)
    : resolveLoader(root, findDeclaringFile(root, "schedules", name), "schedules", name);
  const keyspaces = JSON.stringify(table.flatMap(({ keyspace: declaredKeyspace }) => declaredKeyspace ?? []));
  return {
    path: `schedule/${name}`,
    code: buildEntryCode({
      root,
      uses,
      database: "functionDatabase",
      imports: buildImports(root, {
        [`${run.name} as run`]: run.file,
        createScheduleHandler: `${FUNCTIONS_FOLDER}/schedule/schedule-handler.ts`,
        onSchedule: `${AWS_FOLDER}/event-handlers.ts`,
      }),
      handler: (parts) => `onSchedule("${name}", createScheduleHandler("${name}", ${keyspaces}, run), ${parts})`,
    }),
  };
}

const buildStreamEntry = (root: string): EntryPoint => ({
  path: "stream",
  code: buildEntryCode({
    root,
    uses: stream.uses,
    database: "functionDatabase",
    imports: buildImports(root, {
      streamHandler: `${FUNCTIONS_FOLDER}/stream/index.ts`,
      DEAD_LETTER_PREFIX: `${AWS_FOLDER}/dead-letters.ts`,
      createHandler: `${AWS_FOLDER}/event-handlers.ts`,
    }),
    handler: (parts) => `createHandler("stream", (event, ports) => streamHandler(ports, DEAD_LETTER_PREFIX)(event), ${parts})`,
  }),
});

const buildWatchEntry = (root: string): EntryPoint => ({
  path: "watch",
  code: buildEntryCode({
    root,
    uses: watch.uses,
    database: "functionDatabase",
    imports: buildImports(root, { recordMetrics: `${AWS_FOLDER}/metrics.ts`, createHandler: `${AWS_FOLDER}/event-handlers.ts` }),
    handler: (parts) => `createHandler("watch", (_event, ports) => recordMetrics(ports), ${parts})`,
  }),
});

const buildInboundEntry = (root: string): EntryPoint => ({
  path: "inbound-mail",
  code: buildEntryCode({
    root,
    uses: inbound.uses,
    database: "functionDatabase",
    imports: buildImports(root, {
      ingestMails: `${AWS_FOLDER}/inbound-mail.ts`,
      createHandler: `${AWS_FOLDER}/event-handlers.ts`,
    }),
    handler: (parts) => `createHandler("inbound-mail", (event, ports) => ingestMails(event, ports), ${parts})`,
  }),
});

const buildOperatorEntry = (root: string): EntryPoint => ({
  path: "operator",
  code: buildEntryCode({
    root,
    uses: operator.uses,
    database: "functionDatabase",
    imports: buildImports(root, { operate: `${AWS_FOLDER}/operator.ts`, createHandler: `${AWS_FOLDER}/event-handlers.ts` }),
    handler: (parts) => `createHandler("operator", (event, ports) => operate(event, ports), ${parts})`,
  }),
});

const buildKeyOperatorEntry = (root: string): EntryPoint => ({
  path: "operator-keys",
  code: [
    ...buildImports(root, {
      handleKeyCommand: `${AWS_FOLDER}/operator-keys.ts`,
      createHandler: `${AWS_FOLDER}/event-handlers.ts`,
    }),
    `export const handler = createHandler("operator-keys", (event, { log }) => handleKeyCommand(event, log), {});`,
    "",
  ].join("\n"),
});

const buildReleaseCheckEntry = (root: string): EntryPoint => ({
  path: "release-check",
  code: buildEntryCode({
    root,
    uses: releaseCheck.uses,
    database: "functionDatabase",
    imports: buildImports(root, {
      checkRelease: `${AWS_FOLDER}/release-check.ts`,
      createHandler: `${AWS_FOLDER}/event-handlers.ts`,
    }),
    handler: (parts) => `createHandler("release-check", (event, ports) => checkRelease(event, ports), ${parts})`,
  }),
});

/** Returns all entry points, sorted by path. */
export const listEntryPoints = (root: string, isolation: Isolation = "session"): readonly EntryPoint[] =>
  [
    ...functionNames.map((name) => buildApiEntry(root, name, isolation)),
    ...subscribers.map(({ name, listener }) => buildSubscriberEntry(root, name, listener)),
    ...schedules.map(({ name, declared }) => buildScheduleEntry(root, name, declared)),
    ...listFlows(domains).map(({ name, flow }) => buildFlowEntry(root, findDeclaringFile(root, "flows", name), name, flow)),
    buildStreamEntry(root),
    buildWatchEntry(root),
    buildInboundEntry(root),
    buildOperatorEntry(root),
    buildKeyOperatorEntry(root),
    buildReleaseCheckEntry(root),
  ].sort((a, b) => (a.path < b.path ? -1 : 1));
