/** The open tickets of the demo: what the support agents work on today. */

export interface OpenTicket {
  readonly subject: string;
  readonly description: string;
  /** The code of a category of tickets. */
  readonly category: string;
  readonly requester: { readonly name: string; readonly email: string };
  /** The company of an opportunity of the pipeline, which is the customer. */
  readonly company: string;
  readonly hoursAgo: number;
  readonly priority: "high" | "medium";
  /** The index of the agent in `staff`. Without it, the ticket waits to be taken. */
  readonly agent?: number;
}

const [OMAR, FREYA] = [9, 12];

const ticket = (
  [company, name, subject, description]: readonly [company: string, name: string, subject: string, description: string],
  category: string,
  hoursAgo: number,
  agent?: number,
  priority: OpenTicket["priority"] = "medium",
): OpenTicket => ({
  ...{ subject, description, category, company, hoursAgo, priority },
  requester: { name, email: `${name.toLowerCase().replaceAll(" ", ".")}@${company.toLowerCase().replaceAll(" ", "-")}.example` },
  ...(agent === undefined ? {} : { agent }),
});

/** A ticket of high priority has to be solved within four hours, one of medium priority within two days. */
export const openTickets: readonly OpenTicket[] = [
  ticket(
    ["Meridian Logistics", "Lars Hedin", "Van stands since the accident", "The garage waits for your approval of the repair."],
    ...(["complaint", 9, OMAR, "high"] as const),
  ),
  ticket(
    ["Westhaven Hotels", "Irene Vale", "Water damage in the laundry", "Whom do we call, and may we start to pump?"],
    ...(["technical_issue", 3.6, OMAR, "high"] as const),
  ),
  ticket(
    ["Saltmarsh Foods", "Bram Visser", "Cooling failed in hall 3", "Goods of about 40,000 euros are at risk."],
    ...(["technical_issue", 3.4, FREYA, "high"] as const),
  ),
  ticket(
    ["Ironbridge Builders", "Ada Novotny", "Certificate for the new site", "The authority asks for it by Friday."],
    "other",
    20,
    OMAR,
  ),
  ticket(["Fernhill Clinics", "Miriam Roth", "Add two doctors to the policy", "Both start on the first."], "account", 19, OMAR),
  ticket(["Brightwater Energy", "Tim Kessler", "Premium of the second instalment", "Our books say 1,240."], "billing", 18, FREYA),
  ticket(["Oakmere Schools", "Joan Birch", "Is the ski trip covered?", "Sixty pupils, one week."], "product_question", 17, OMAR),
  ticket(
    ["Granary Foods", "Paul Serra", "Upload of photos stops", "At the third picture the page hangs."],
    "technical_issue",
    15,
    FREYA,
  ),
  ticket(["Kestrel Machines", "Ines Marek", "Copy of the machine list", "The one of last year's survey."], "other", 14, OMAR),
  ticket(
    ["Juniper Consulting", "Noah Stein", "Cover for a trip to Chile", "Two colleagues, ten days."],
    "product_question",
    12,
    OMAR,
  ),
  ticket(["Tidewater Logistics", "Rita Salo", "Claim number is missing", "The letter has none."], "complaint", 11, FREYA),
  ticket(["Willowbank Clinics", "Hugo Brandt", "New bank account", "Please debit the new one."], "billing", 8, OMAR),
  ticket(["Quayside Logistics", "Mia Lorentz", "Report of the inspection", "Has it been sent?"], "other", 7, OMAR),
  ticket(
    ["Driftway Hotels", "Elsa Quinn", "Stage of the summer event", "Is a hired stage covered?"],
    "product_question",
    6,
    FREYA,
  ),
  ticket(["Northwind Energy", "Jonas Fell", "Access for our controller", "She needs the invoices."], "account", 5, OMAR),
  ticket(["Larkspur Retail", "Vera Dunn", "Shop window broken", "The police has taken a report."], "complaint", 4),
  ticket(["Redfern Schools", "Peter Oduya", "List of the tablets", "Is a spreadsheet enough?"], "product_question", 2),
  ticket(["Gantry Transport", "Anna Weil", "Truck sold", "Please take it off the policy."], "account", 1),
];
