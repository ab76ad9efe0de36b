import { type Authority, platformAuthorities, type SystemAuthority } from "@crm/core/kernel/authority.ts";
import type { Domain } from "@crm/core/kernel/domain.ts";
import { platformSchedules } from "@crm/functions/schedule/platform-schedules.ts";

/** What the manifests declare about work in another name than that of its caller. */

/** An authority by its name, with the manifest that declares it. */
export interface DeclaredAuthority extends Authority {
  readonly name: string;
  readonly manifest: string;
}

/** Lists the authorities of all manifests: those of listeners, schedules and flows too. */
export function listAuthorities(domains: readonly Domain[]): DeclaredAuthority[] {
  const ofSystem = (manifest: string, declared: Readonly<Record<string, SystemAuthority>> = {}): DeclaredAuthority[] =>
    Object.entries(declared).map(([name, { basis }]) => ({ name, manifest, rights: "system", basis }));
  return [
    ...Object.entries<Authority>(platformAuthorities).map(([name, authority]) => ({
      name,
      manifest: "the platform",
      ...authority,
    })),
    ...ofSystem("the platform", platformSchedules),
    ...domains.flatMap(({ name: manifest, authorities = {}, subscribers, schedules, flows }) => [
      ...Object.entries(authorities).map(([name, authority]) => ({ name, manifest, ...authority })),
      ...ofSystem(manifest, subscribers),
      ...ofSystem(manifest, schedules),
      ...ofSystem(manifest, flows),
    ]),
  ];
}

/** A place in the code that makes the context of another actor. */
export interface AuthorityUse {
  readonly file: string;
  /** The name of the authority; undefined where it is no literal. */
  readonly name: string | undefined;
}

/** Calls whose first argument, or third one for `systemContext`, is the name, and objects that have it as a member. */
const USES: readonly RegExp[] = [
  /\b(?:actAs|actAsSystem|runAsSystem)(?:<[^>]*>)?\(\s*(?:"([^"]+)"|[^\s")])/g,
  /\bsystemContext\(\s*(?:[^,()]|\([^()]*\))+,\s*(?:[^,()]|\([^()]*\))+,\s*(?:"([^"]+)"|[^\s")])/g,
  /\bauthority: (?:\{ name: )?(?:"([^"]+)"|[A-Z]\w+)/g,
  // A constant that is passed on as the name.
  /\bconst (?:READER|CALLER) = "([^"]+)"/g,
  /\bcreateWorker(?:<[^(]*>)?\(\{\s*name: (?:"([^"]+)"|\w)/g,
];

/** The modules that define these calls, or pass on the name that a manifest or their caller gives them. */
const PASSING = [
  "core/src/kernel/context.ts",
  "core/src/platform/sign-in/actor-context.ts",
  "core/src/platform/sign-in/visitor.ts",
  "core/src/storage/scheduler/job-worker.ts",
  "core/src/storage/scheduler/record-walk.ts",
  "core/src/storage/stream/archive-tenants.ts",
  "functions/src/subscribe/listener-handler.ts",
  "functions/src/schedule/schedule-handler.ts",
  "functions/src/flow/step-handler.ts",
  "functions/src/http/handler.ts",
];

/** Finds the places in a source that make the context of another actor. */
export const findUses = (file: string, source: string): AuthorityUse[] =>
  USES.flatMap((pattern) => [...source.matchAll(pattern)].map(([, name]) => ({ file, name })));

/** Finds uses of names that no manifest declares, names that are no literals, and declared names that nothing uses. */
export function findAuthorityFaults(uses: readonly AuthorityUse[], declared: readonly DeclaredAuthority[]): string[] {
  const names = new Set(declared.map(({ name }) => name));
  const faults = uses.flatMap(({ file, name }) => {
    if (name === undefined)
      return PASSING.some((path) => file.endsWith(path)) ? [] : [`${file}: name the authority by a literal`];
    return names.has(name) ? [] : [`${file}: no manifest declares the authority "${name}"`];
  });
  const used = new Set(uses.map(({ name }) => name));
  const unused = declared.filter(({ name, rights }) => rights !== "system" && !used.has(name));
  const double = declared.filter(({ name }, index) => declared.findIndex((other) => other.name === name) !== index);
  return [
    ...faults,
    ...unused.map(({ name, manifest }) => `The manifest of ${manifest} declares the authority "${name}", which nothing uses`),
    ...double.map(({ name, manifest }) => `The manifest of ${manifest} declares the authority "${name}" a second time`),
  ];
}
