import * as z from "zod";
import { hasPermission } from "../../kernel/context.ts";
import { forbidden, invalid, ruleViolation } from "../../kernel/error.ts";
import { amount, date, id, master, name, oneOf, reference, text } from "../../kernel/schema.ts";
import { toSingleLine } from "../../kernel/text-content.ts";
import { listCustomers } from "../../people/person/customers.ts";
import * as Identity from "../../people/person/identity.ts";
import { opportunityGrants } from "../../sales/opportunity/opportunity.kind.ts";
import { OPPORTUNITY_STAGES } from "../../sales/opportunity/opportunity.masters.ts";
import { Opportunity } from "../../sales/opportunity/opportunity.ts";
import { Potential } from "../../sales/potential/potential.ts";
import { Records } from "../../storage/write/records.ts";
import { type Transaction, WriteConflict } from "../../storage/write/transaction.ts";
import { CONTACT, contactGrants } from "../contact/contact.kind.ts";
import { Contact } from "../contact/contact.ts";
import { CUSTOMER } from "../customer/customer.kind.ts";
import { loadNamed } from "./parties.ts";

/**
 * Converts a potential into an opportunity of a customer: once, and all or nothing. The customer is the person's own, or one whose contact the person
 * is. Orders convert potentials into orders (commerce/order/conversion.ts).
 */

type PotentialRecord = Awaited<ReturnType<typeof Potential.read>>;
type OpportunityRecord = Awaited<ReturnType<typeof Opportunity.read>>;

/** Fields that name the customer and the contact of what a potential becomes. */
export const Parties = {
  customer_id: id(CUSTOMER)
    .nullish()
    .describe("Defaults to the customer of the contact, or the one that the person is or is a contact of"),
  contact_id: id(CONTACT).nullish().describe("A contact of that customer; defaults to the person's contact there"),
};

export const Convert = z.strictObject({
  id: text(64),
  to: oneOf(["order", "opportunity"]),
  order_reference: reference()
    .optional()
    .describe("The order that it became, by its id or number here or in another system. If empty, an order is made"),
  opportunity: z
    .strictObject({
      ...Parties,
      name: name(255).nullish().describe("Defaults to the products that the person is interested in, or else the person's name"),
      amount: amount().nullish().describe("Defaults to the estimated value"),
      close_date: date().nullish().describe("Defaults to the expected closing date"),
      stage_id: master(OPPORTUNITY_STAGES).nullish().describe("If empty, the first open stage"),
    })
    .optional(),
});

type Input = z.output<typeof Convert>;

/** Converts a potential to an opportunity. */
export async function convert({ id: potentialId, order_reference, opportunity }: Input): Promise<PotentialRecord> {
  if (order_reference !== undefined) throw invalid("order_reference", "Only allowed for a conversion to an order");
  if (!hasPermission(opportunityGrants.write)) throw forbidden("Your role cannot create opportunities");
  // Building the opportunity takes a number, so it is built once for each version of the potential, not once for each retry.
  let preparedOpportunity: { version: number; opportunity: OpportunityRecord } | undefined;
  return Potential.markConverted(potentialId, async (potential, tx) => {
    const parties = await resolveParties(potential, opportunity ?? {}, "opportunity");
    if (preparedOpportunity?.version !== potential.version)
      preparedOpportunity = {
        version: potential.version,
        opportunity: await prepareOpportunity(potential, opportunity ?? {}, parties),
      };
    for (const party of [parties.customer_id, parties.contact_id]) if (party) requireAlive(tx, party);
    Opportunity.add(tx, preparedOpportunity.opportunity);
    return { converted_to_order_id: null, converted_opportunity_id: preparedOpportunity.opportunity.id };
  });
}

type OpportunityInput = NonNullable<Input["opportunity"]>;

interface ResolvedParties {
  customer_id: string;
  contact_id: string | null;
}

interface PartiesInput {
  customer_id?: string | null | undefined;
  contact_id?: string | null | undefined;
}

/** What a potential becomes. The field of the request has this name. */
type Target = "opportunity" | "order";

const requireAlive = (tx: Transaction, party: string): unknown =>
  tx.requireLive(party, () => new WriteConflict(`${party} no longer exists`));

/**
 * Resolves the named customer, or else the only customer that the person is or whose contact the person is, and the person's contact there.
 */
export async function resolveParties(potential: PotentialRecord, input: PartiesInput, target: Target): Promise<ResolvedParties> {
  const namedRecords = await loadNamed({ id: potential.id, customer_id: input.customer_id, contact_id: input.contact_id });
  if (namedRecords.contact) return { customer_id: String(namedRecords.contact.customer_id), contact_id: namedRecords.contact.id };
  const person = await Identity.resolveMerged(potential.personal_key_id);
  const persons = person ? Identity.listIds(person) : ([potential.personal_key_id] as const);
  const customer_id = namedRecords.customer?.id ?? (await findSoleCustomer(persons, target));
  if (!hasPermission(contactGrants.read)) return { customer_id, contact_id: null };
  const [contact] = (await Contact.findAtPlace(persons, customer_id)).ids;
  const isShown = contact !== undefined && (await Records.isVisible(CONTACT, contact));
  return { customer_id, contact_id: isShown ? contact : null };
}

async function findSoleCustomer(persons: readonly string[], target: Target): Promise<string> {
  const { ownCustomerIds, contactCustomerIds } = await listCustomers(persons);
  const references = [...new Set([...ownCustomerIds, ...contactCustomerIds])].map((customerId) => ({
    kind: CUSTOMER,
    id: customerId,
  }));
  const visibleIds = [...new Set([...(await Records.findVisibleByIds(references)).values()].map((customer) => customer.id))];
  const [soleId, another] = visibleIds;
  if (soleId !== undefined && another === undefined) return soleId;
  const message =
    soleId === undefined
      ? "The person is neither a customer nor a contact of one"
      : "The person is a contact of several customers";
  throw ruleViolation(`An ${target} requires a customer: ${message.toLowerCase()}`, [
    { field: `${target}.customer_id`, message: `${message}: specify one, or a contact of one as ${target}.contact_id` },
  ]);
}

async function prepareOpportunity(
  potential: PotentialRecord,
  input: OpportunityInput,
  parties: ResolvedParties,
): Promise<OpportunityRecord> {
  const { interested_products, estimated_value, currency, expected_close_date, campaign_id, tags } = potential;
  return Opportunity.prepare(
    {
      ...parties,
      name: input.name ?? (await buildTitle(potential, interested_products)),
      amount: input.amount ?? estimated_value,
      currency,
      close_date: input.close_date ?? expected_close_date,
      ...(input.stage_id ? { stage_id: input.stage_id } : {}),
      source_campaign_id: campaign_id,
      tags,
    },
    { owner_id: potential.assigned_to },
  );
}

async function buildTitle({ personal_key_id, potential_number }: PotentialRecord, products: readonly string[]): Promise<string> {
  if (products.length > 0) return toSingleLine(products.join(", "), 255);
  return (await Identity.resolveMerged(personal_key_id))?.display_name ?? potential_number;
}

export * as PotentialConversion from "./potential-conversion.ts";
