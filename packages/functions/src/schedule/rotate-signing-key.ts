import { Token } from "@crm/core/auth/token.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { Ports } from "@crm/core/kernel/ports.ts";

export const run = (ports: Ports): Promise<void> =>
  runIn(systemContext(ports, undefined, "rotate-signing-key", ["signing_key"]), () => Token.rotate());
