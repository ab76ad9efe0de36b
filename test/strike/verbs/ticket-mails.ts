import { randomUUID } from "node:crypto";
import { arriving } from "@crm/functions/inbound/index.ts";
import { expect } from "vitest";
import { answering, rawOf, sentTo, supportOf, withFiles } from "../../ticket/mail.ts";
import { LEASE, type Scene, verb } from "../harness.ts";

/** Takes a raw mail in, as the server that gets it does. */
const arrive = ({ line, tenant }: Scene, raw: Buffer, to = supportOf(tenant)) =>
  line.invoke("inbound-mail", () => arriving({ raw, recipients: [to], domain: "in.example" }, line.app.ports));

/** The one mail of a sender. */
async function mailOf({ crm }: Scene, from: string) {
  const { data } = await crm.listInboundMails({ search: from, limit: 100 });
  expect(data).toHaveLength(1);
  return (await crm.getInboundMail({ id: data[0]?.id ?? "" })).data;
}

const isOfMail = (name: string): boolean => name === "ticket-mail" || name === "ticket-letters";

/** A mail begins one ticket, with its files and one mail that confirms it. */
const beginning = verb<{ from: string; raw: Buffer }>({
  name: "a mail that begins a ticket",
  covers: { subscribers: ["ticket-mail", "ticket-letters"] },
  prepare: async () => {
    const from = `s${randomUUID().slice(0, 8)}@strike.example`;
    return { from, raw: withFiles(from, [["text/plain", 'attachment; filename="log.txt"', "it fails"]]) };
  },
  ask: async (scene, { raw }) => ({ data: await arrive(scene, raw) }),
  answersAnew: true,
  proceed: ({ line }) => line.pass(LEASE),
  by: isOfMail,
  async check(scene, { from }) {
    const { line, crm } = scene;
    const { status, ticket_id: id } = await mailOf(scene, from);
    expect(status).toBe("HANDLED");
    const { data: ticket } = await crm.getTicket({ id: id ?? "" });
    expect((await crm.listAttachments({ related_to_id: ticket.id } as never)).data).toHaveLength(1);
    expect((await crm.listTicketComments({ id: ticket.id })).data).toHaveLength(1);
    expect(sentTo(line.app, from)).toHaveLength(1);
  },
});

/** An answer is one comment, and reopens what was resolved. */
const answered = verb<{ id: string; from: string; raw: Buffer }>({
  name: "a mail that answers",
  covers: { subscribers: ["ticket-mail"] },
  async prepare(scene) {
    const from = `s${randomUUID().slice(0, 8)}@strike.example`;
    await arrive(scene, rawOf({ from }));
    await scene.line.drain();
    const { ticket_id: id } = await mailOf(scene, from);
    await scene.crm.resolveTicket({ id: id ?? "" });
    return { id: id ?? "", from, raw: rawOf({ from, headers: answering(sentTo(scene.line.app, from)[0]) }) };
  },
  ask: async (scene, { raw }) => ({ data: await arrive(scene, raw) }),
  answersAnew: true,
  proceed: ({ line }) => line.pass(LEASE),
  by: isOfMail,
  async check({ line, crm }, { id, from }) {
    const { data } = await crm.listTicketComments({ id });
    expect(data.filter((comment) => comment.from === "REQUESTER")).toHaveLength(1);
    expect((await crm.getTicket({ id })).data).toMatchObject({ status: "OPEN", is_resolved: false });
    expect(sentTo(line.app, from)).toHaveLength(1);
  },
});

export const ticketMails = [beginning, answered];
