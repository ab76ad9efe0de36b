import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { amendmentParams, createAmendment, createYearContract, day, waiveInternalApproval } from "../amendment/support.ts";
import { createProposal } from "../proposal/support.ts";
import { type Client, createCustomer, createQuote, readRejection } from "../quote/support.ts";
import { requestPage } from "./support.ts";

/** Every sending of a document says before what its mail has, and sends that. */

let app: App;
let tenant: Tenant;
let admin: Client;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { currency: "EUR", visibility: "own" });
  admin = tenant.admin;
  await waiveInternalApproval(tenant);
});
afterAll(() => app.stop());

type Party = { customer_id: string; contact_id: string };
type Preview = Awaited<ReturnType<Client["previewQuoteSending"]>>["data"];

let partyCount = 0;
async function createParty(): Promise<{ party: Party; email: string }> {
  const customer_id = await createCustomer(admin);
  const email = `party${++partyCount}@mail.example`;
  const contact = { first_name: "Cora", last_name: "Contact", is_primary: true, customer_id, email };
  const { data } = await admin.createContact(contact);
  return { party: { customer_id, contact_id: data.id }, email };
}

interface Sendable {
  /** Creates a record that can be sent. */
  create(party: Party): Promise<Record<string, string>>;
  preview(as: Client, params: object): Promise<{ data: Preview }>;
  send(params: object): Promise<unknown>;
  fileName: RegExp;
  isAttached: boolean;
  lastDay: string | null;
}

const createOrder = async (party: Party) =>
  (
    await admin.createOrder({
      ...party,
      ...{ currency: "EUR", status: "CONFIRMED", line_items: [{ name: "Kayak", quantity: "1", unit_price: "50.00" }] },
    })
  ).data.id;

const sendables: Record<string, Sendable> = {
  quote: {
    create: async (party) => {
      const { id } = await createQuote(admin, { ...party });
      await admin.submitQuote({ id });
      return { id };
    },
    preview: (as, params) => allowAnyInput(as).previewQuoteSending(params),
    send: (params) => allowAnyInput(admin).sendQuote(params),
    ...{ fileName: /^Quote Q-.*\.pdf$/, isAttached: false, lastDay: expect.any(String) },
  },
  proposal: {
    create: async ({ customer_id, contact_id }) => {
      const { id } = await createProposal(admin, { customer_id, contact_id });
      await admin.submitProposal({ id });
      return { id };
    },
    preview: (as, params) => allowAnyInput(as).previewProposalSending(params),
    send: (params) => allowAnyInput(admin).sendProposal(params),
    ...{ fileName: /\.pdf$/, isAttached: false, lastDay: expect.any(String) },
  },
  amendment: {
    create: async (party) => {
      const contract = await createYearContract(app, { tenant }, admin, { ...party });
      const amendment = await createAmendment(admin, contract.id, { value_delta: "300", effective_date: day(5) });
      await admin.submitContractAmendment(amendmentParams(amendment));
      return amendmentParams(amendment);
    },
    preview: (as, params) => allowAnyInput(as).previewContractAmendmentSending(params),
    send: (params) => allowAnyInput(admin).sendContractAmendment(params),
    ...{ fileName: /\.pdf$/, isAttached: false, lastDay: day(14) },
  },
  order: {
    create: async (party) => ({ id: await createOrder(party) }),
    preview: (as, params) => allowAnyInput(as).previewOrderSending(params),
    send: (params) => allowAnyInput(admin).sendOrder(params),
    ...{ fileName: /^Order O-.*\.pdf$/, isAttached: false, lastDay: null },
  },
  invoice: {
    create: async (party) => {
      const { id } = (await admin.createOrderInvoice({ id: await createOrder(party), contact_id: party.contact_id })).data;
      await admin.issueInvoice({ id });
      return { id };
    },
    preview: (as, params) => allowAnyInput(as).previewInvoiceSending(params),
    send: (params) => allowAnyInput(admin).sendInvoice(params),
    ...{ fileName: /\.pdf$/, isAttached: true, lastDay: null },
  },
};

describe.each(Object.entries(sendables))(
  "the preview of a sending: %s",
  (_, { create, preview, send, fileName, isAttached, lastDay }) => {
    it("has the address, the text, the file and the page of the mail, and copies are sent to those who allow it", async () => {
      const { email, party } = await createParty();
      const params = await create(party);
      const before = (await preview(admin, params)).data;
      expect(before).toMatchObject({
        ...{ to: email, problem: null, is_attached: isAttached, is_repeat: false, link: null, last_day: lastDay },
        ...{ keeps_mail_local: true, file_name: expect.stringMatching(fileName) },
        contacts: [{ id: party.contact_id, email, problem: null }],
      });
      const refusing = `refusing-${email}`;
      await admin.createContact({
        ...{ first_name: "Rita", last_name: "Refuses", customer_id: party.customer_id, email: refusing, email_opt_out: true },
      });
      expect(await readRejection(send({ ...params, cc: [refusing] }))).toEqual([422, ["cc"]]);
      const copy = `copy-${email}`;
      await send({ ...params, cc: [copy.toUpperCase(), copy] });
      await app.settle();
      const [mail, ...others] = app.mail.sent(email);
      expect([mail?.subject, mail?.cc, others]).toEqual([before.subject, [copy], []]);
      expect(mail?.text).toContain(before.message);
      const after = (await preview(admin, params)).data;
      expect(after).toMatchObject({ to: email, is_repeat: true });
      expect(mail?.attachments ?? []).toHaveLength(isAttached ? 1 : 0);
      expect(mail?.text).toContain(after.link);
      expect((await requestPage(app, String(after.link))).status).toBe(200);
    });

    it("is in the chosen language, and is hidden from other tenants and from colleagues who do not see the record", async () => {
      const params = await create((await createParty()).party);
      const [english, german] = await Promise.all([preview(admin, params), preview(admin, { ...params, language: "de" })]);
      expect([english.data.language, german.data.language]).toEqual(["en", "de"]);
      expect(german.data.message).not.toBe(english.data.message);
      const colleague = await addUser(app, tenant, "SALES_REP");
      const foreign = await signUp(app);
      for (const as of [colleague.client, foreign.admin]) expect(await readRejection(preview(as, params))).toEqual([404, []]);
    });
  },
);
