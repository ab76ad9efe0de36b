import { allowAnyInput, type Client, createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSweeper, deliverEvent } from "../../storage/scheduler/support.ts";
import { inProcessTransport, signUp, startTestApp } from "../../support/app.ts";
import { selectSample } from "../../support/sample.ts";
import { type SlaCase, slaCases } from "./cases.ts";

/** Each case is checked with the preview and replayed with tickets, actions of agents and a moving clock. */

let app: App;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

type Pause = { from: string; to: string };

const toIso = (instant: string): string => new Date(instant).toISOString();
const subtractSeconds = (instant: string, seconds: number): string =>
  new Date(Date.parse(instant) - seconds * 1000).toISOString();
/** Moves the clock and runs what is due. */
async function sweepAt(now: string): Promise<void> {
  app.setClock({ now });
  const { events } = await createSweeper(app).sweep();
  for (const event of events) await deliverEvent(event, app.ports);
}

/** Merges pauses into separate ones in order, none before the ticket exists, as an agent would pause and resume it. */
function mergePauses(pauses: readonly Pause[], start: string): Pause[] {
  const mergedPauses: Pause[] = [];
  for (const pause of pauses.toSorted((a, b) => Date.parse(a.from) - Date.parse(b.from))) {
    const [from = start, to = start] = [pause.from, pause.to].map((instant) =>
      toIso(Date.parse(instant) < Date.parse(start) ? start : instant),
    );
    const last = mergedPauses.at(-1);
    if (last && from <= last.to) last.to = [to, last.to].sort()[1] ?? to;
    else if (from < to) mergedPauses.push({ from, to });
  }
  return mergedPauses;
}

/** A client with an API key, which stays valid when the clock moves, in a tenant whose only policy has this target for every clock. */
async function setUpCase({ id, calendar, target_minutes }: SlaCase): Promise<Client> {
  const { admin } = await signUp(app);
  const { data: key } = await admin.createApiKey({ name: "Clock", role: "ADMIN" });
  const crm = createClient(inProcessTransport(app, key.key));
  const { data } = await crm.createSupportCalendar({ name: id.slice(0, 60), ...calendar });
  const minutes = {
    ...{ first_response_minutes: target_minutes, next_response_minutes: target_minutes },
    resolution_minutes: target_minutes,
  };
  await crm.createSlaPolicy({ name: "All", sequence: 1, calendar_id: data.id, ...minutes });
  return crm;
}

const openTicket = async (crm: Client): Promise<string> => {
  const requester = { email: "ada@customer.example" };
  return (await crm.createTicket({ subject: "The pump is loud", description: "It hums", requester })).data.id;
};

/** Answered and asked again in the second of its creation, so that its next response and its resolution run and can be paused. */
async function openConversation(crm: Client): Promise<string> {
  const id = await openTicket(crm);
  await crm.addTicketComment({ id, body: "Have you tried oil?", is_public: true });
  await crm.addTicketComment({ id, body: "It still hums", is_public: true, from: "REQUESTER" });
  return id;
}

const readClocks = async (crm: Client, id: string) => (await crm.getTicketSla({ id })).data.clocks;
const listViolations = async (crm: Client, id: string) =>
  (await crm.listSlaViolations({ "ticket_id[eq]": id })).data.map(({ metric, judged_at }) => `${metric} ${judged_at}`).sort();

/** A sample for each zone: with pauses, without, and with one from the start, whose clock starts later than the ticket. */
const replayedCases = selectSample(slaCases, {
  name: ({ id }) => id,
  kind: ({ calendar, start, pauses = [] }) =>
    `${calendar.timezone} ${pauses.length > 0} ${pauses.some(({ from }) => from === start)}`,
});

describe.each(replayedCases.map((replayedCase) => [replayedCase.id, replayedCase] as const))("%s", (_, slaCase) => {
  const { calendar, start, target_minutes } = slaCase;
  const due = toIso(slaCase.due);
  const pauses = mergePauses(slaCase.pauses ?? [], start);
  let crm: Client;
  beforeAll(async () => {
    await sweepAt(subtractSeconds(start, 600));
    crm = await setUpCase(slaCase);
  });

  const preview = async (pauses: readonly { from: string; to: string | null }[]) =>
    (await allowAnyInput(crm).previewSla({ calendar, start, target_minutes, pauses })).data;
  const readClockPreviews = async (id: string) =>
    (await readClocks(crm, id)).map(({ due_at, remaining_seconds, segments, skipped }) => ({
      ...{ due_at, segments, skipped },
      remaining_seconds: due_at === null ? remaining_seconds : 0,
    }));
  /** One second before the due time no clock is violated; at the due time all are. */
  const expires = async (id: string, metrics: readonly string[]) => {
    await sweepAt(subtractSeconds(due, 1));
    expect(await listViolations(crm, id)).toEqual([]);
    expect((await readClocks(crm, id)).map(({ metric, state }) => `${metric} ${state}`)).toEqual(
      metrics.map((metric) => `${metric} running`),
    );
    await sweepAt(due);
    expect(await listViolations(crm, id)).toEqual(metrics.map((metric) => `${metric} ${due}`));
    expect((await crm.getTicket({ id })).data).toMatchObject({ is_sla_violated: true, sla_violations: metrics.length });
    await crm.resolveTicket({ id });
  };

  it("is due at the time of the preview", async () => {
    expect((await preview(slaCase.pauses ?? [])).due_at).toBe(due);
  });

  it("is replayed with an answer to a message and a resolution", async () => {
    await sweepAt(start);
    const id = await openConversation(crm);
    for (const [index, { from, to }] of pauses.entries()) {
      if (from >= due) break;
      await sweepAt(from);
      await crm.updateTicket({ id, status: "WAITING_ON_CUSTOMER" });
      const pausedPreview = await preview([...pauses.slice(0, index), { from, to: null }]);
      expect(await readClockPreviews(id)).toEqual([pausedPreview, pausedPreview]);
      await sweepAt(subtractSeconds(to, 1));
      expect((await crm.getTicket({ id })).data).toMatchObject({ next_due_at: null, is_sla_paused: true });
      await sweepAt(to);
      await crm.updateTicket({ id, status: "IN_PROGRESS" });
    }
    const expected = await preview(pauses);
    expect(await readClockPreviews(id)).toEqual([expected, expected]);
    const all = { next_response_due_at: due, resolution_due_at: due, next_due_at: due };
    expect((await crm.getTicket({ id })).data).toMatchObject(all);
    await expires(id, ["next_response", "resolution"]);
  });

  // Only a ticket with an answer can wait for its requester, so the first response is never paused.
  it.runIf(pauses.length === 0)("is replayed with a first answer", async () => {
    await sweepAt(start);
    const id = await openTicket(crm);
    const expected = await preview([]);
    expect(await readClockPreviews(id)).toEqual([expected, expected]);
    await expires(id, ["first_response", "resolution"]);
  });
});
