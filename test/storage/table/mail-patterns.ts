import type { DomainEvent } from "@crm/core/kernel/ports.ts";
import { QueueWorker } from "@crm/core/messaging/delivery/queue-worker.ts";
import { Messages } from "@crm/core/messaging/message/message.entity.ts";
import { onJudgeDue } from "@crm/core/messaging/tracking/open-detection.ts";
import type { Client } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { createRenewingClient } from "../../agreements/contract/support.ts";
import { requestPage } from "../../agreements/share-link/support.ts";
import { settings } from "../../engagement/email-send/send-fixture.ts";
import { signUp } from "../../support/app.ts";
import type { UnitMeter } from "../../support/request-units.ts";
import { buildEvent, type CostRows, loadRecord, type MeasuredWorld, measureSteps, runAsSystem } from "./measured-steps.ts";

interface MeasuredMail {
  person: string;
  address: string;
  id: string;
  event?: DomainEvent;
}

/** The cost of an email from writing to opening: rows of docs/access-patterns.md. */
export async function measureMails(app: App, measured: UnitMeter, result: CostRows): Promise<void> {
  const tenant = await signUp(app, settings);
  const world: MeasuredWorld = { app, tenant, measured, result };
  const crm: Client = createRenewingClient(app, tenant);
  const made = { name: "News", way: "house", address: "news@harbour.example", is_default: true, tracks: true };
  await crm.createMailAccount(made);
  const words = { name: "News", channel: "EMAIL", subject: "News", body_html: '<p><a href="https://a.example">A</a></p>' };
  const { data: template } = await crm.createMessageTemplate(words);
  let serial = 0;
  const reader = async (): Promise<MeasuredMail> => {
    const address = `mailed${++serial}@mail.example`;
    const point = { contact_type: "email", contact_value: address };
    const { data } = await crm.createPerson({ last_name: "Reader", contact_points: [point] });
    return { person: data.id, address, id: "" };
  };
  const send = async (mail: MeasuredMail): Promise<void> => {
    const asked = { channel: "email", person_id: mail.person, purpose: "marketing", template_id: template.id };
    mail.id = (await crm.sendMessage(asked)).data.id;
  };
  const told = (type: string) => async (mail: MeasuredMail) => {
    const message = await loadRecord(world, Messages, mail.id);
    mail.event = buildEvent(type, message, message.judge_at);
  };
  const heard =
    (hear: (event: DomainEvent) => Promise<void>) =>
    ({ event }: MeasuredMail) =>
      runAsSystem(world, async () => event && hear(event));
  const follow = ({ address }: MeasuredMail) =>
    requestPage(app, /href="([^"]+)"/.exec(app.mail.sent(address)[0]?.html ?? "")?.[1] ?? "");
  const seconds = (count: number) => async () => app.setClock({ advance: count * 1000 });
  await measureSteps(world, reader, [
    ["send a mail of marketing to a person, from a template", send],
    [undefined, told("message.created")],
    ["hand a mail over, in a turn of its own", heard(QueueWorker.onQueueEvent)],
    [undefined, seconds(60)],
    ["a person follows a link of a mail", follow],
    [undefined, seconds(60)],
    ["a person follows a link of a mail before the opens are evaluated", follow],
    [undefined, seconds(720)],
    [undefined, told("message.judge_due")],
    ["evaluate the opens of a mail: two interactions of its person", heard(onJudgeDue)],
    ["a person follows a link of a mail after the opens are evaluated", follow],
    ["read the opens of a mail", ({ id }) => crm.getMessageOpens({ id })],
  ]);
}
