import { Clock } from "@crm/core/kernel/clock.ts";
import type { App } from "@crm/local/app.ts";
import { sends } from "../email-send/sends.ts";
import { addUser } from "../support.ts";

/** Mails to many, as far as that goes on by itself: for the test of what functions are allowed. */
export async function mailingMany(app: App): Promise<void> {
  const { tenant, crm, contact, individual, list, segment, draft } = await sends(app, { visibility: "own" });
  const marketer = await addUser(app, tenant, "MARKETER");
  const [one, single] = [await contact({}, marketer.as), await individual()];
  const readers = await list([one, await contact()]);
  const yard = await segment([{ id: one.customer }, single]);
  for (const as of [marketer.as, crm])
    for (const audience of [{ contact_list_id: readers }, { segment_id: yard }]) {
      await as.scheduleEmailSend({ id: await draft(audience, as) });
      await app.settle();
    }
  const later = await draft({ contact_list_id: readers });
  await crm.scheduleEmailSend({ id: later, scheduled_send_time: new Date(Clock.ms() + 60_000).toISOString() });
  for (let minute = 0; minute < 3; minute++) {
    app.setClock({ advance: 60_000 });
    await app.settle();
  }
  const called = await draft({ segment_id: yard });
  await crm.scheduleEmailSend({ id: called });
  await crm.cancelEmailSend({ id: called });
  await app.settle();
}
