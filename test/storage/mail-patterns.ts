import type { DomainEvent } from "@crm/core/kernel/ports.ts";
import { Messages } from "@crm/core/message/message.entity.ts";
import { Sending } from "@crm/core/message/sending.ts";
import { onJudge } from "@crm/core/message/tracking/judge.ts";
import type { Client } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { lasting } from "../contracts/support.ts";
import type { Measured } from "../cost.ts";
import { settings } from "../email-send/sends.ts";
import { visit } from "../offer/support.ts";
import { signUp } from "../support.ts";
import { asSystem, eventOf, loaded, type Rows, type World, way } from "./way.ts";

interface Mail {
  person: string;
  address: string;
  id: string;
  event?: DomainEvent;
}

/** What a mail costs from whoever writes it to whoever opens it: rows of docs/access-patterns.md. */
export async function mailPatterns(app: App, measured: Measured, result: Rows): Promise<void> {
  const tenant = await signUp(app, settings);
  const world: World = { app, tenant, measured, result };
  const crm: Client = lasting(app, tenant);
  const made = { name: "News", way: "house", address: "news@harbour.example", is_default: true, tracks: true };
  await crm.createMailAccount(made as never);
  const words = { name: "News", channel: "EMAIL", subject: "News", body_html: '<p><a href="https://a.example">A</a></p>' };
  const { data: template } = await crm.createMessageTemplate(words as never);
  let serial = 0;
  const reader = async (): Promise<Mail> => {
    const address = `mailed${++serial}@mail.example`;
    const point = { contact_type: "email", contact_value: address };
    const { data } = await crm.createPerson({ last_name: "Reader", contact_points: [point] } as never);
    return { person: data.id, address, id: "" };
  };
  const send = async (mail: Mail): Promise<void> => {
    const asked = { channel: "email", person_id: mail.person, purpose: "marketing", template_id: template.id };
    mail.id = (await crm.sendMessage(asked as never)).data.id;
  };
  const told = (type: string) => async (mail: Mail) => {
    const message = await loaded(world, Messages, mail.id);
    mail.event = eventOf(type, message, message.judge_at);
  };
  const heard =
    (hear: (event: DomainEvent) => Promise<void>) =>
    ({ event }: Mail) =>
      asSystem(world, async () => event && hear(event));
  const follow = ({ address }: Mail) => visit(app, /href="([^"]+)"/.exec(app.mail.sent(address)[0]?.html ?? "")?.[1] ?? "");
  const seconds = (count: number) => async () => app.setClock({ advance: count * 1000 });
  await way(world, reader, [
    ["send a mail of marketing to a person, from a template", send],
    [undefined, told("message.created")],
    ["hand a mail over, in a turn of its own", heard(Sending.hear)],
    [undefined, seconds(60)],
    ["somebody follows a link of a mail", follow],
    [undefined, seconds(60)],
    ["somebody follows a link of a mail that is to be judged", follow],
    [undefined, seconds(720)],
    [undefined, told("message.judge_due")],
    ["judge who opened a mail: two interactions of its person", heard(onJudge)],
    ["somebody follows a link of a mail that was judged", follow],
    ["read who opened a mail", ({ id }) => crm.getMessageOpens({ id })],
  ]);
}
