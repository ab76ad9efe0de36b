import * as z from "zod";
import { CONTACT, contactGrants } from "../contact/contact.domain.ts";
import { Contact } from "../contact/contact.ts";
import { CUSTOMER } from "../customer/customer.domain.ts";
import { may } from "../kernel/context.ts";
import { forbidden, invalid, ruleViolation } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { amount, date, id, master, name, oneOf, reference, text } from "../kernel/schema.ts";
import { opportunityGrants } from "../opportunity/opportunity.domain.ts";
import { OPPORTUNITY_STAGES } from "../opportunity/opportunity.masters.ts";
import { Opportunity } from "../opportunity/opportunity.ts";
import { customersOf } from "../person/customers.ts";
import * as Identity from "../person/identity.ts";
import { Potential } from "../potential/potential.ts";
import { Records } from "../storage/write/records.ts";
import { Moved, type Transaction } from "../storage/write/transaction.ts";
import { given } from "./parties.ts";

/** A potential becomes an order, or an opportunity of a customer that its person is or stands for: once, and all at once. */

type PotentialRecord = Awaited<ReturnType<typeof Potential.read>>;
type OpportunityRecord = Awaited<ReturnType<typeof Opportunity.read>>;

export const Convert = z.strictObject({
  id: text(64),
  to: oneOf(["order", "opportunity"]),
  order_reference: reference().optional().describe("The order that it became, by its id here or elsewhere; of `order`, required"),
  opportunity: z
    .strictObject({
      customer_id: id(CUSTOMER).nullish().describe("Else that of the contact, or the one that the person is or stands for"),
      contact_id: id(CONTACT).nullish().describe("Of that customer; else what the person is there"),
      name: name(255).nullish().describe("What the person is interested in, or else their name, unless told otherwise"),
      amount: amount().nullish().describe("The estimated value unless told otherwise"),
      close_date: date().nullish().describe("The expected one unless told otherwise"),
      stage_id: master(OPPORTUNITY_STAGES).nullish().describe("The first open stage unless told otherwise"),
    })
    .optional(),
});

type Input = z.output<typeof Convert>;

export const convert = fn(Convert, (input) => {
  const { to, order_reference, opportunity } = input;
  if (to === "order") {
    if (order_reference === undefined) throw invalid("order_reference", "Required");
    if (opportunity !== undefined) throw invalid("opportunity", "Of a conversion to an opportunity only");
    return Potential.end(input.id, async () => ({
      converted_to_order_id: order_reference,
      converted_opportunity_id: null,
    }));
  }
  if (order_reference !== undefined) throw invalid("order_reference", "Of a conversion to an order only");
  if (!may(opportunityGrants.write)) throw forbidden("Your role may not make opportunities");
  // It takes a number, so it is made once for each version of the potential, however often the writing is tried.
  let made: { version: number; opportunity: OpportunityRecord } | undefined;
  return Potential.end(input.id, async (potential, tx) => {
    const parties = await partiesOf(potential, opportunity ?? {});
    if (made?.version !== potential.version)
      made = { version: potential.version, opportunity: await prepared(potential, opportunity ?? {}, parties) };
    for (const party of [parties.customer_id, parties.contact_id]) if (party) requireThere(tx, party);
    Opportunity.add(tx, made.opportunity);
    return { converted_to_order_id: null, converted_opportunity_id: made.opportunity.id };
  });
});

type Asked = NonNullable<Input["opportunity"]>;

interface Parties {
  customer_id: string;
  contact_id: string | null;
}

const requireThere = (tx: Transaction, party: string): unknown => tx.alive(party, () => new Moved(`${party} is gone by now`));

/** The customer that is named, or else the only one that the person is or stands for; and what they are there. */
async function partiesOf(potential: PotentialRecord, asked: Asked): Promise<Parties> {
  const named = await given({ id: potential.id, customer_id: asked.customer_id, contact_id: asked.contact_id });
  if (named.contact) return { customer_id: String(named.contact.customer_id), contact_id: named.contact.id };
  const person = await Identity.living(potential.personal_key_id);
  const persons = person ? Identity.idsOf(person) : ([potential.personal_key_id] as const);
  const customer_id = named.customer?.id ?? (await customerOf(persons));
  if (!may(contactGrants.read)) return { customer_id, contact_id: null };
  const [contact] = (await Contact.find(persons, customer_id)).ids;
  const isShown = contact !== undefined && (await Records.isShown(CONTACT, contact));
  return { customer_id, contact_id: isShown ? contact : null };
}

async function customerOf(persons: readonly string[]): Promise<string> {
  const { own, places } = await customersOf(persons);
  const known = [...new Set([...own, ...places])].map((each) => ({ kind: CUSTOMER, id: each }));
  const shown = [...new Set([...(await Records.shownOf(known)).values()].map((customer) => customer.id))];
  const [only, another] = shown;
  if (only !== undefined && another === undefined) return only;
  const message =
    only === undefined ? "The person is no customer, and stands for none" : "The person stands for several customers";
  throw ruleViolation(`An opportunity needs a customer: ${message.toLowerCase()}`, [
    { field: "opportunity.customer_id", message: `${message}: name one, or a contact of one as opportunity.contact_id` },
  ]);
}

async function prepared(potential: PotentialRecord, asked: Asked, parties: Parties): Promise<OpportunityRecord> {
  const { interested_products, estimated_value, currency, expected_close_date, campaign_id, tags } = potential;
  return Opportunity.prepare(
    {
      ...parties,
      name: asked.name ?? (await titleOf(potential, interested_products)),
      amount: asked.amount ?? estimated_value,
      currency,
      close_date: asked.close_date ?? expected_close_date,
      ...(asked.stage_id ? { stage_id: asked.stage_id } : {}),
      source_campaign_id: campaign_id,
      tags,
    },
    { owner_id: potential.assigned_to },
  );
}

async function titleOf({ personal_key_id, potential_number }: PotentialRecord, products: readonly string[]): Promise<string> {
  if (products.length > 0) return products.join(", ").slice(0, 255);
  return (await Identity.living(personal_key_id))?.display_name ?? potential_number;
}

export * as PotentialConversion from "./potential.ts";
