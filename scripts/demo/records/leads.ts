import type { Client } from "@crm/functions/derive/client.ts";
import { DAY_MS, type DemoContext, type DemoRecords, daysAgo } from "../context.ts";
import { buildProductLines } from "../product-lines.ts";
import { pickBetween, pickOne, type Random } from "../sample-data.ts";
import { guests } from "./persons.ts";

export const records: DemoRecords = { after: ["configuration"], create: (context) => createLeads(context, context.persons) };

/** What the converted leads buy. */
const namedSales = [
  { name: "Cover for the harbour hotel", amount: "16800.00", days: 31 },
  { name: "Practice liability", amount: "4200.00", days: 45 },
  { name: "Gallery and transport", amount: "11400.00", days: 52 },
  { name: "Charter fleet, three yachts", amount: "26900.00", days: 24 },
] as const;

/** Creates leads of each product line. Every second one is converted to a customer with an opportunity and a quote. */
async function createLeads(context: DemoContext, persons: readonly string[]): Promise<void> {
  const { admin, rep, random } = context;
  // It has a cost, so that approvers see the margin of a quote.
  const year = { sku: "COVER-1", name: "Cover for a year", unit_price: "100.00", cost: "64.00", family: "Cover" };
  const { data: cover } = await admin.createProduct(year);
  for (const [index, personal_key_id] of persons.entries()) {
    const { company, address, job_title, ...guest } = guests[index] as (typeof guests)[number];
    const lines = buildProductLines(context, { name: "full_name" in guest ? guest.full_name : guest.first_name, address });
    const { data: lead } = await admin.createLead({
      personal_key_id,
      owner_id: rep.id,
      lead_source_id: "referral",
      ...{ company, job_title },
      budget: `${pickBetween(random, 4, 36) * 100}.00`,
      ...{ authority: "Decides alone", timeline: "this quarter" },
      ...lines[index % lines.length],
    });
    await admin.createInteraction({
      personal_key_id,
      lead_id: lead.id,
      interaction_type_id: "call",
      channel: "phone",
      interaction_date: daysAgo(context, pickBetween(random, 2, 60)),
      subject: "Asked what is covered, and from when",
      sentiment: pickOne(random, ["POSITIVE", "NEUTRAL"] as const),
    });
    await admin.createJourneyEntry({
      id: personal_key_id,
      occurred_at: daysAgo(context, 70),
      stage: "Awareness",
      interaction_type: "visit",
    });
    await rep.as.createPotential({
      personal_key_id,
      ...{ status: pickOne(random, ["new", "open", "on_hold"] as const), stage: "interested", priority: "medium" },
      ...{ estimated_value: `${pickBetween(random, 3, 30) * 100}.00`, probability_score: pickBetween(random, 2, 8) * 10 },
      interested_products: [pickOne(random, ["Boat cover", "Travel cover", "Household cover"] as const)],
    });
    await rep.as.createNote({ related_to_id: lead.id, content: "Prefers calls before ten", is_pinned: index % 3 === 0 });
    if (index % 3 === 0)
      await rep.as.createComment({ related_to_id: lead.id, content: `Who of us knows this harbour, @[${rep.id}]?` });
    if (index === 0) {
      const start_datetime = new Date(context.now + 3 * DAY_MS).toISOString();
      const weekly = { start_datetime, duration_minutes: 15, recurrence: { frequency: "WEEKLY", count: 6 } } as const;
      await rep.as.createActivity({
        subject: "Ask how it is going",
        activity_type_id: "call",
        related_to_id: lead.id,
        ...weekly,
      });
    }
    if (index % 2 === 1) continue;
    await admin.setLeadScore({ id: lead.id, lead_score: pickBetween(random, 75, 98), reason: "Known from the fair" });
    const { data: converted } = await admin.convertLead({ id: lead.id });
    const { name, amount, days } = namedSales[(index / 2) % namedSales.length] ?? namedSales[0];
    const close_date = daysAgo(context, -days).slice(0, 10);
    await rep.as.updateOpportunity({ id: converted.opportunity.id, name, amount, close_date });
    const { data: deal } = await rep.as.createDeal({
      opportunity_id: converted.opportunity.id,
      items: [
        { name: "Cover for a year", quantity: "1", unit_price: `${pickBetween(random, 4, 30) * 100}.00`, discount_percent: "5" },
      ],
    });
    if (index === 0) await rep.as.setDealStatus({ id: deal.id, deal_status: "SIGNED" });
    const saleIds = { customer_id: converted.customer.id, opportunity_id: converted.opportunity.id };
    await createQuote(rep.as, { ...saleIds, product_id: cover.id }, random);
  }
}

/** Creates a customer's quote, some with a discount that needs an approval, a contract, and, if the quote is approved, a proposal. */
async function createQuote(
  as: Client,
  { product_id, ...saleIds }: { customer_id: string; opportunity_id: string; product_id: string },
  random: Random,
): Promise<void> {
  const { data: quote } = await as.createQuote({
    ...{ ...saleIds, name: "Cover for a year", payment_terms: "30 days net" },
    line_items: [
      {
        ...{
          section: "Cover",
          product_id,
          description: "Cover for a year, for each vessel",
          quantity: String(pickBetween(random, 4, 30)),
        },
        ...{ discount_percent: String(pickBetween(random, 0, 15)), tax_percent: "19" },
      },
      {
        ...{ section: "Training", description: "Crew training, a day", quantity: "2", unit_price: "450.00" },
        ...{ tax_percent: "19", optional: true },
      },
    ],
  });
  await createContract(as, saleIds, random);
  const { data: submitted } = await as.submitQuote({ id: quote.id });
  if (submitted.status !== "APPROVED") return;
  await as.sendQuote({ id: quote.id, to: "buyer@customer.example", message: "As discussed on the phone." });
  const sections = [
    { heading: "What we insure", text: "Your fleet, in every harbour, for a year." },
    { section_type: "QUOTE_LINES", heading: "What it costs" },
  ];
  const { data: proposal } = await as.createProposal({ quote_id: quote.id, name: "Cover for your fleet", sections });
  await as.submitProposal({ id: proposal.id });
}

/** Creates a contract and submits it. */
async function createContract(
  as: Client,
  saleIds: { customer_id: string; opportunity_id: string },
  random: Random,
): Promise<void> {
  const monthly_fee = `${pickBetween(random, 1, 9) * 50}.00`;
  const { data: contract } = await as.createContract({
    ...{ ...saleIds, title: "Cover of a fleet", contract_type_id: "subscription", billing_frequency: "MONTHLY", monthly_fee },
    ...{ contract_value: `${Number(monthly_fee.slice(0, -3)) * 12}.00`, duration_months: 12, auto_renew: true },
    deliverables: [{ name: "Survey of each hull" }, { name: "Crew training, a day", quantity: "2" }],
  });
  await as.submitContract({ id: contract.id });
}
