import { randomUUID } from "node:crypto";
import { ingestMail } from "@crm/functions/inbound/index.ts";
import { expect } from "vitest";
import {
  buildMailWithFiles,
  buildRawMail,
  listSentMails,
  replyHeaders,
  supportAddress,
} from "../../../service/ticket/support-mail.ts";
import { defineScenario, type Fixture, LEASE_SECONDS } from "../harness.ts";

/** Receives a raw email as the mail server does. */
const receiveMail = ({ system: line, tenant }: Fixture, raw: Buffer, to = supportAddress(tenant)) =>
  line.invoke("inbound-mail", () => ingestMail({ raw, recipients: [to], domain: "in.example" }, line.app.ports));

/** The only email from a sender. */
async function readMail({ crm }: Fixture, from: string) {
  const { data } = await crm.listInboundMails({ search: from, limit: 100 });
  expect(data).toHaveLength(1);
  return (await crm.getInboundMail({ id: data[0]?.id ?? "" })).data;
}

const isMailSource = (name: string): boolean => name === "ticket-mail" || name === "ticket-letters";

/** An email creates one ticket with its files and one confirmation email. */
const ticketCreation = defineScenario<{ from: string; raw: Buffer }>({
  name: "a mail that begins a ticket",
  covers: { subscribers: ["ticket-mail", "ticket-letters"] },
  prepare: async () => {
    const from = `s${randomUUID().slice(0, 8)}@strike.example`;
    return { from, raw: buildMailWithFiles(from, [["text/plain", 'attachment; filename="log.txt"', "it fails"]]) };
  },
  ask: async (scene, { raw }) => ({ data: await receiveMail(scene, raw) }),
  hasNewAnswer: true,
  proceed: ({ system: line }) => line.advance(LEASE_SECONDS),
  countsWrite: isMailSource,
  async check(scene, { from }) {
    const { system: line, crm } = scene;
    const { status, ticket_id: id } = await readMail(scene, from);
    expect(status).toBe("HANDLED");
    const { data: ticket } = await crm.getTicket({ id: id ?? "" });
    expect((await crm.listAttachments({ related_to_id: ticket.id })).data).toHaveLength(1);
    expect((await crm.listTicketComments({ id: ticket.id })).data).toHaveLength(1);
    expect(listSentMails(line.app, from)).toHaveLength(1);
  },
});

/** A reply creates one comment and reopens a resolved ticket. */
const mailAnswer = defineScenario<{ id: string; from: string; raw: Buffer }>({
  name: "a mail that answers",
  covers: { subscribers: ["ticket-mail"] },
  async prepare(scene) {
    const from = `s${randomUUID().slice(0, 8)}@strike.example`;
    await receiveMail(scene, buildRawMail({ from }));
    await scene.system.drain();
    const { ticket_id: id } = await readMail(scene, from);
    await scene.crm.resolveTicket({ id: id ?? "" });
    return { id: id ?? "", from, raw: buildRawMail({ from, headers: replyHeaders(listSentMails(scene.system.app, from)[0]) }) };
  },
  ask: async (scene, { raw }) => ({ data: await receiveMail(scene, raw) }),
  hasNewAnswer: true,
  proceed: ({ system: line }) => line.advance(LEASE_SECONDS),
  countsWrite: isMailSource,
  async check({ system: line, crm }, { id, from }) {
    // The first message, and the answer once.
    const { data } = await crm.listTicketComments({ id });
    expect(data.filter((comment) => comment.from === "REQUESTER")).toHaveLength(2);
    expect((await crm.getTicket({ id })).data).toMatchObject({ status: "OPEN", is_resolved: false });
    expect(listSentMails(line.app, from)).toHaveLength(1);
  },
});

export const scenarios = [ticketCreation, mailAnswer];
