import { noGeocoder, type Ports } from "@crm/core/kernel/ports.ts";
import { createShapeKnowledge } from "@crm/core/storage/table/written-shapes.ts";
import { readVariable } from "./environment.ts";
import { stdoutLog } from "./log.ts";

/**
 * The factories of a function's ports. Each port on AWS is a module below `ports/`. A function's entry point names its ports;
 * stacks/entry-points.ts writes the entry point from the ports that the function declares. A port that it does not name is
 * neither in its bundle nor allowed by its role, and the use of such a port throws an error that says so.
 */
export type PortFactories = { readonly [P in keyof Ports]?: () => Ports[P] };

/** Returns the ports of a function. Each is created at its first use. */
export function buildPorts(parts: PortFactories): Ports {
  const createdPorts: Partial<Ports> = {
    geocoder: noGeocoder,
    log: stdoutLog(),
    writtenShapes: createShapeKnowledge(),
    keepsMailLocal: false,
  };
  return new Proxy(createdPorts as Ports, {
    get(target, name: keyof Ports) {
      if (name === "origin") return readVariable("CRM_ORIGIN");
      const part = parts[name];
      if (!(name in target) && !part && PORT_NAMES.has(name))
        throw new Error(`This function has no ${name}: declare that it uses it`);
      if (!(name in target) && part) Object.assign(target, { [name]: part() });
      return target[name];
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
  "archiveDays",
  "signup",
  "inboundDomain",
  "fonts",
  "web",
  "outbound",
  "mailer",
  "operations",
]);
