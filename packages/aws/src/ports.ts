import { noGeocoder, type Ports } from "@crm/core/kernel/ports.ts";
import { readVariable } from "./environment.ts";
import { stdoutLog } from "./log.ts";

/**
 * Each port on AWS is a module below `ports/`, which a function's entry point names (stacks/entry-points.ts writes it from what the
 * function says that it uses). What an entry point does not name is not in its bundle, and its role does not allow it; to ask
 * for it all the same is a mistake that says so.
 */
export type PortFactories = { readonly [P in keyof Ports]?: () => Ports[P] };

/** The ports of a function, each made when it is first asked for. */
export function buildPorts(parts: PortFactories): Ports {
  const made: Partial<Ports> = { geocoder: noGeocoder, log: stdoutLog() };
  return new Proxy(made as Ports, {
    get(known, name: keyof Ports) {
      if (name === "origin") return readVariable("CRM_ORIGIN");
      const part = parts[name];
      if (!(name in known) && !part && PORT_NAMES.has(name)) throw new Error(`This function has no ${name}: say that it uses it`);
      if (!(name in known) && part) Object.assign(known, { [name]: part() });
      return known[name];
    },
  });
}

const PORT_NAMES: ReadonlySet<keyof Ports> = new Set([
  "domains",
  "database",
  "bus",
  "mail",
  "sms",
  "smsSender",
  "secrets",
  "keys",
  "files",
  "objects",
  "flows",
  "auditDays",
  "inboundDomain",
  "fonts",
  "web",
  "outbound",
  "mailer",
]);
