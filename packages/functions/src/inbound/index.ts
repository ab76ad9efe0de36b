import { type Arrived, type Outcome, receive } from "@crm/core/inbound-mail/receive.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { Ports } from "@crm/core/kernel/ports.ts";

/** A message that came in, taken in as the system: it names the tenants itself. */
export async function arriving(arrived: Arrived, ports: Ports): Promise<Outcome[]> {
  const outcomes = await runIn(systemContext(ports, undefined, "inbound-mail", ["slug"]), () => receive(arrived));
  for (const { result, ...about } of outcomes)
    ports.log.write("info", "inbound mail", { result, ...("id" in about ? { id: about.id, kind: about.kind } : {}) });
  return outcomes;
}
