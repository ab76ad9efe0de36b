import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { DomainEvent, Ports } from "@crm/core/kernel/ports.ts";
import { Fenced } from "@crm/core/storage/jobs/job.ts";

/** Seconds of a turn of work that goes on by itself: the rest is due again, and found by the next sweep. */
export const TURN = 20;

/** A handler of clocks that are due: the domain acts as `system:<name>`, on the instant that the event names. */
export const onClock =
  (name: string, act: (id: string, due_at: string) => Promise<void>) =>
  ({ id, tenant_id, record_id, due_at }: DomainEvent, ports: Ports): Promise<void> => {
    if (due_at === undefined) throw new Error(`${id} is no event of a clock`);
    return runIn(systemContext(ports, tenant_id, name), () => act(record_id, due_at)).catch((error) => {
      // Another turn began meanwhile, and goes on.
      if (!(error instanceof Fenced)) throw error;
    });
  };
