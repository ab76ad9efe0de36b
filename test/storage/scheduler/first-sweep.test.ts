import { Clock } from "@crm/core/kernel/clock.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { Lead } from "@crm/core/sales/lead/lead.ts";
import { expect, it } from "vitest";
import { newLead, signUp, startTestApp } from "../../support/app.ts";
import { createSweeper, formatEvent } from "./support.ts";

it("the first sweep finds due records, regardless of how long they have been due", async () => {
  const app = await startTestApp({ stream: () => async () => ({ batchItemFailures: [] }) });
  try {
    await app.scheduler.stop();
    const { id: tenant } = await signUp(app);
    const due_at = Clock.addSeconds(3600);
    const lead = { ...newLead(), next_contact_date: due_at };
    const { id } = await runIn(systemContext(app.ports, tenant, "test"), () => Lead.create(lead));
    app.setClock({ advance: 40 * 24 * 60 * 60 * 1000 });
    expect((await createSweeper(app).sweep()).events.map(formatEvent)).toEqual([`lead.reminder_due ${id} ${due_at}`]);
  } finally {
    await app.stop();
  }
});
