import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { Ports } from "@crm/core/kernel/ports.ts";
import { type ArrivedMail, type ReceiveResult, receiveMail } from "@crm/core/messaging/inbound-mail/receive.ts";

/** Ingests a message as the system, without a tenant: the message itself names the tenants. */
export async function ingestMail(arrived: ArrivedMail, ports: Ports): Promise<ReceiveResult[]> {
  const outcomes = await runIn(systemContext(ports, undefined, "inbound-mail", ["slug"]), () => receiveMail(arrived));
  for (const { result, ...outcomeFields } of outcomes)
    ports.log.write("info", "inbound mail", {
      result,
      ...("id" in outcomeFields ? { id: outcomeFields.id, kind: outcomeFields.kind } : {}),
    });
  return outcomes;
}
