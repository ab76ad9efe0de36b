import { randomUUID } from "node:crypto";
import type { ApiError } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { newLead, type Tenant, type TestUser } from "../../support/app.ts";

export const entities = [
  "lead",
  "person",
  "customer",
  "contact",
  "opportunity",
  "quote",
  "proposal",
  "contract",
  "ticket",
] as const;
export type Entity = (typeof entities)[number];

type Caller = TestUser["client"];
type Answer = Promise<{ data: { id: string; custom_fields: Record<string, unknown> } & Record<string, unknown> }>;

/** Operations on the records of a kind; each creates the related records that it needs. */
export interface Verbs {
  create(caller: Caller, more?: object, options?: object): Answer;
  get(caller: Caller, id: string): Answer;
  patch(caller: Caller, id: string, custom_fields: object, options?: object): Answer;
  put(caller: Caller, input: object): Answer;
  remove(caller: Caller, id: string): Answer;
  restore(caller: Caller, id: string): Answer;
}

const kindNames = {
  ...{ lead: "Lead", person: "Person", customer: "Customer", contact: "Contact", opportunity: "Opportunity" },
  ...{ quote: "Quote", proposal: "Proposal", contract: "Contract", ticket: "Ticket" },
};

/** The customer for records of each caller that need one. */
const customers = new WeakMap<Caller, Promise<string>>();

function customerFor(caller: Caller): Promise<string> {
  const customer = customers.get(caller) ?? caller.createCustomer({ name: "Theirs" }).then(({ data }) => data.id);
  customers.set(caller, customer);
  return customer;
}

export function verbsFor(entity: Entity): Verbs {
  const needed = async (who: Caller): Promise<object> => {
    if (entity === "lead") return newLead();
    if (entity === "person") return { notes: "Seen" };
    if (entity === "customer") return { name: "Acme" };
    const customer_id = await customerFor(who);
    if (entity === "ticket") return { subject: "Seen", description: "From afar", customer_id };
    if (entity === "contract") return { title: "Deal", customer_id };
    return entity === "contact" ? { last_name: "Quist", customer_id } : { name: "Deal", customer_id };
  };
  const ask = (verb: string, who: Caller, input: object, how: object = {}) => {
    const verbs = who as unknown as Record<string, (input: object, how: object) => Answer>;
    return (verbs[`${verb}${kindNames[entity]}`] as (input: object, how: object) => Answer)(input, how);
  };
  return {
    create: async (who, more = {}, how) => ask("create", who, { ...(await needed(who)), ...more }, how),
    get: (who, id) => ask("get", who, { id }),
    patch: (who, id, custom_fields, how) => ask("update", who, { id, custom_fields }, how),
    put: async (who, input) => ask("replace", who, { ...(await needed(who)), ...input }),
    remove: (who, id) => ask("delete", who, { id }),
    restore: (who, id) => ask("restore", who, { id }),
  };
}

/** Creates a custom field in the tenant: a text field of leads, unless `more` says otherwise. */
export async function addField(tenant: Tenant, field_name: string, more: Record<string, unknown> = {}) {
  const input = { entity_type: "lead", field_name, field_label: "Label", field_type: "text", ...more };
  return (await tenant.admin.createCustomField(input)).data;
}

export const newFieldName = (): string => `f_${randomUUID().slice(0, 8)}`;

/** The status and fields of a rejection; a call that succeeds fails the test. */
export async function expectRejection(work: Promise<unknown>): Promise<[number, string[]]> {
  const error = await work.then(
    () => new Error("It went through"),
    (refused: ApiError) => refused,
  );
  if (!("details" in error)) throw error;
  return [error.status, error.details.map(({ field }) => field).sort()];
}

/** Waits until every process must know the definition and its indexing is done. */
export async function completeIndexing(app: App): Promise<void> {
  await app.settle();
  app.setClock({ advance: 100_000 });
  await app.scheduler.run("due");
  await app.settle();
}
