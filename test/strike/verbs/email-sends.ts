import { Clock } from "@crm/core/kernel/clock.ts";
import { expect } from "vitest";
import { type Sends, type Someone, sends, settings } from "../../email-send/sends.ts";
import { LEASE, type Scene, verb } from "../harness.ts";

/** One mail to many: it begins once, and each mailbox gets one, whichever write is struck. */

const opened = new WeakMap<Scene, Sends>();
const on = (scene: Scene): Sends => opened.get(scene) ?? expect.fail("Not opened");

interface Subject {
  id: string;
  readers: Someone[];
  at: string;
}

const AHEAD = 10 * 60;

const sending = verb<Subject>({
  name: "scheduleEmailSend",
  covers: { operations: ["scheduleEmailSend"], subscribers: ["email-sends"], due: ["email_send"] },
  settings,
  async open(scene) {
    const { line, tenant, crm } = scene;
    opened.set(scene, await sends(line.app, {}, { tenant, crm }));
  },
  async prepare(scene) {
    const { contact, list, draft } = on(scene);
    const readers = [await contact(), await contact(), await contact()];
    const id = await draft({ contact_list_id: await list(readers) });
    return { id, readers, at: new Date(Clock.ms() + AHEAD * 1000).toISOString() };
  },
  ask: ({ crm }, { id, at }, options) => crm.scheduleEmailSend({ id, scheduled_send_time: at }, options),
  async proceed({ line }) {
    await line.pass(AHEAD + 1);
    for (let times = 0; times < 3; times++) await line.pass(3 * LEASE);
  },
  by: (name) => name === "request" || name === "email-sends",
  async check(scene, { id, readers }) {
    const { data } = await scene.crm.getEmailSend({ id });
    expect(data).toMatchObject({ send_status: "SENT", recipients_count: 3, passed_over_count: 0, error: null });
    expect(on(scene).got(readers)).toEqual(readers.map(() => [expect.stringMatching(/^Hello /)]));
    const { data: results } = await scene.crm.getEmailSendResults({ id });
    expect(results).toMatchObject({ written: 3, delivered: 3 });
  },
});

export const emailSends = [sending];
