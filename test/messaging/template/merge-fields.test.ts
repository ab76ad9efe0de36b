import { readFileSync } from "node:fs";
import { paths, sampleValues } from "@crm/core/messaging/template/merge-fields.rules.ts";
import type { Client } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, signUp, startTestApp, type Tenant } from "../../support/app.ts";

/** Every merge field of messages, about a record of each kind: it has the value of the record or is empty. */

let app: App;
let tenant: Tenant;
let rep: { id: string; client: Client };
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { visibility: "own" });
  rep = await addUser(app, tenant, "SALES_REP");
});
afterAll(() => app.stop());

const objectName = (path: string): string => path.split(".")[0] ?? "";
const messagePaths = paths.filter((path) => !["requester", "agent"].includes(objectName(path)));

let recordCount = 0;

/** Creates one record of each kind for the same customer, all owned by the sales rep. */
async function createWorld() {
  const as = rep.client;
  const recordNumber = ++recordCount;
  const { data: customer } = await as.createCustomer({ customer_type: "BUSINESS", name: `Yard ${recordNumber}` });
  const customer_id = customer.id;
  const ada = {
    first_name: `Ada${recordNumber}`,
    last_name: "Lund",
    email: `ada${recordNumber}@mail.example`,
    job_title: "Head of Fleet",
  };
  const { data: contact } = await as.createContact({ customer_id, ...ada });
  const { data: person } = await as.getPerson({ id: String(contact.personal_key_id) });
  const customerFields = { customer_id, contact_id: contact.id };
  const next = { next_step: "Call", next_step_date: "2030-01-02", close_date: "2030-02-03", amount: "900.00" };
  const { data: opportunity } = await as.createOpportunity({ name: `Deal ${recordNumber}`, ...customerFields, ...next });
  const { data: lead } = await as.createLead({ first_name: "Bo", last_name: `Berg${recordNumber}`, company: "Quay" });
  const dealFields = { ...customerFields, opportunity_id: opportunity.id };
  const { data: quote } = await as.createQuote({ name: `Quote ${recordNumber}`, ...dealFields });
  const { data: proposal } = await as.createProposal({
    name: `Proposal ${recordNumber}`,
    ...dealFields,
    quote_id: quote.id,
  });
  const dates = { start_date: "2030-03-01", end_date: "2031-02-28", contract_value: "900.00", currency: "EUR" };
  const { data: contract } = await as.createContract({ title: `Contract ${recordNumber}`, ...dealFields, ...dates });
  const { data: ticket } = await tenant.admin.createTicket({
    subject: `Pump ${recordNumber}`,
    description: "Loud",
    ...customerFields,
  });
  return { customer, contact, person, opportunity, lead, quote, proposal, contract, ticket };
}
type World = Awaited<ReturnType<typeof createWorld>>;
type Kind = keyof World;

/** The kinds whose records a message about each kind can use, written independently of the code. */
const reachableKinds: Readonly<Record<Kind, readonly Kind[]>> = {
  customer: ["customer"],
  contact: ["contact", "customer", "person"],
  person: ["person"],
  opportunity: ["opportunity", "contact", "customer", "person"],
  lead: ["lead"],
  quote: ["quote", "opportunity", "contact", "customer", "person"],
  proposal: ["proposal", "quote", "opportunity", "contact", "customer", "person"],
  contract: ["contract", "opportunity", "contact", "customer", "person"],
  ticket: ["ticket", "contact", "customer", "person"],
};

/** The value of a field, computed from an API response. */
const derivedFields: Readonly<Record<string, (record: Readonly<Record<string, unknown>>) => unknown>> = {
  full_name: ({ first_name, last_name }) => `${first_name} ${last_name}`,
  number: (record) =>
    Object.entries(record).find(([name]) =>
      /^(customer|lead|opportunity|quote|proposal|contract|ticket)_number$/.test(name),
    )?.[1],
  value: ({ contract_value }) => contract_value,
  stage: () => "Prospecting",
};

function expectedValue(path: string, all: World, kind: Kind): string | null | undefined {
  const object = objectName(path);
  const field = path.slice(object.length + 1);
  if (object === "tenant" || object === "owner") return undefined;
  const isOwn = object === kind || reachableKinds[kind].includes(object as Kind);
  // The person of a lead is the lead itself, so it is not checked here.
  if (kind === "lead" && object === "person") return undefined;
  if (!isOwn) return null;
  const record = all[object as Kind] as Readonly<Record<string, unknown>>;
  if (object === "person" && field === "email") return (record.emails as string[])[0];
  const value = Object.hasOwn(derivedFields, field) ? derivedFields[field]?.(record) : record[field];
  return typeof value === "string" ? value : null;
}

const templateBody = messagePaths.map((path) => `${path}={{${path}|-}}`).join("\n");

async function previewTemplate(as: Client, id: string) {
  const words = { name: `All ${++recordCount}`, channel: "EMAIL", subject: "All", body_text: templateBody };
  const { data: template } = await tenant.admin.createMessageTemplate(words);
  const { data } = await as.previewMessageTemplate({ id: template.id, related_to_id: id });
  return new Map(data.text.split("\n").map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]));
}

/** Text as an email shows it: separators are removed so that mail programs do not turn it into a link. */
const withoutLinkMarks = (value: string): string => value.replaceAll(/[.:/]+/g, " ");

describe("the merge fields of a message", () => {
  it("have the values of a record of any kind, and of the records that it names", async () => {
    const all = await createWorld();
    for (const kind of Object.keys(reachableKinds) as Kind[]) {
      const valueByPath = await previewTemplate(tenant.admin, all[kind].id);
      for (const path of messagePaths) {
        const expected = expectedValue(path, all, kind);
        if (expected === undefined) continue;
        expect(`${kind}: ${path}=${withoutLinkMarks(valueByPath.get(path) ?? "")}`).toBe(
          `${kind}: ${path}=${withoutLinkMarks(expected ?? "-")}`,
        );
      }
      expect(valueByPath.get("tenant.name")).not.toBe("-");
    }
  });

  it("are empty for records that the caller cannot see, by any path", async () => {
    const all = await createWorld();
    const colleague = await addUser(app, tenant, "SALES_REP");
    const customerFields = { customer_id: all.customer.id, contact_id: all.contact.id };
    const { data: ownOpportunity } = await tenant.admin.createOpportunity({
      name: "Own",
      ...customerFields,
      owner_id: colleague.id,
    });
    // The owner of a record sees its person, but not a customer or contact of other owners.
    const seen = { customer: false, contact: false, person: true };
    const requests = {
      customer: colleague.client.getCustomer({ id: all.customer.id }),
      contact: colleague.client.getContact({ id: all.contact.id }),
      person: colleague.client.getPerson({ id: all.person.id }),
    };
    for (const [object, isSeen] of Object.entries(seen))
      expect(
        await requests[object as keyof typeof requests].then(
          () => true,
          ({ status }) => status !== 404,
        ),
      ).toBe(isSeen);
    const valueByPath = await previewTemplate(colleague.client, ownOpportunity.id);
    expect(valueByPath.get("opportunity.name")).toBe("Own");
    for (const path of messagePaths)
      if (Object.hasOwn(seen, objectName(path)))
        expect(`${path} is ${valueByPath.get(path) !== "-"}`).toBe(`${path} is ${seen[objectName(path) as keyof typeof seen]}`);
    const stranger = await addUser(app, tenant, "SALES_REP");
    for (const kind of ["person", "quote", "proposal", "contract", "ticket"] as const)
      await expect(previewTemplate(stranger.client, all[kind].id)).rejects.toMatchObject({
        details: [{ field: "related_to_id", message: `No such ${kind}` }],
      });
  });

  it("are listed in the documentation with their samples", () => {
    const page = readFileSync(new URL("../../../docs/messaging/message-templates.md", import.meta.url), "utf8");
    const rows = [...page.matchAll(/^\| `([a-z_]+\.[a-z_]+)` \| ([^|]*) \|$/gm)].map(([, path, sample]) => [path, sample]);
    expect(Object.fromEntries(rows)).toEqual(sampleValues);
  });
});
