import type { Random } from "@crm/local/seeded-random.ts";

export { createRandom, type Random } from "@crm/local/seeded-random.ts";

/** The data of the demo: invented people and companies, drawn with a fixed seed. */

export const pickOne = <T>(random: Random, all: readonly T[]): T => all[Math.floor(random() * all.length)] as T;
export const pickBetween = (random: Random, from: number, to: number): number => from + Math.floor(random() * (to - from + 1));

/** The users of the tenant, with role, department and team. */
export const staff = [
  { first_name: "Thea", last_name: "Lindqvist", role: "ADMIN", department: "Operations" },
  { first_name: "Marlon", last_name: "Okafor", role: "DIRECTOR", department: "Sales" },
  { first_name: "Ines", last_name: "Carvalho", role: "MANAGER", department: "Sales", team: "North" },
  { first_name: "Duncan", last_name: "Hale", role: "MANAGER", department: "Sales", team: "South" },
  { first_name: "Yuki", last_name: "Tanabe", role: "SALES_REP", department: "Sales", team: "North" },
  { first_name: "Piotr", last_name: "Zawada", role: "SALES_REP", department: "Sales", team: "North" },
  { first_name: "Amara", last_name: "Nwosu", role: "SALES_REP", department: "Sales", team: "South" },
  { first_name: "Luis", last_name: "Ferrero", role: "SALES_REP", department: "Sales", team: "South" },
  { first_name: "Saskia", last_name: "Brandt", role: "MARKETER", department: "Marketing" },
  { first_name: "Omar", last_name: "Haddad", role: "SUPPORT_AGENT", department: "Customer care" },
  { first_name: "Nell", last_name: "Ashby", role: "ANALYST", department: "Finance" },
  { first_name: "Kofi", last_name: "Mensah", role: "USER", department: "Operations" },
  { first_name: "Freya", last_name: "Lindgren", role: "SUPPORT_AGENT", department: "Customer care" },
] as const;

const firstNames = (
  "Alba Anton Beatriz Björn Carla Chidi Daria Dilan Elif Emil Farah Felix Gita Goran Hanna Hugo Ilse Ivo Jana Jonas Kaya " +
  "Kenji Lena Liam Mara Mateo Nadia Nils Olga Oskar Petra Pavel Rosa Ruben Sanna Selim Tilda Tomas Uma Viktor Wanda Zeno"
).split(" ");

const lastNames = (
  "Abbott Adeyemi Almeida Bakker Barros Becker Castell Cremer Dahl Demir Eriksen Fontaine Gallo Grieve Haas Ivarsson Jansen " +
  "Kaplan Keller Kovač Lambert Leclerc Marchetti Moreau Novak Nyberg Oduya Pahlke Quist Rahimi Richter Sandoval Šimek Tamm " +
  "Ulrich Varga Vogel Weaver Whitlock Yılmaz Zieliński"
).split(" ");

const companyHeads = (
  "Alder Amberline Beacon Birchwood Bluestone Brightwater Cedarfield Cobalt Copperleaf Driftway Eastgate Fernhill Granary " +
  "Greywell Harborside Ironbridge Juniper Kestrel Larkspur Lowland Maplewood Meridian Northwind Oakmere Pinecrest Quayside " +
  "Redfern Saltmarsh Silverline Stonebrook Tidewater Umberfield Westhaven Willowbank"
).split(" ");

const companyTails = [
  ["Logistics", "logistics"],
  ["Foods", "food_production"],
  ["Software", "software"],
  ["Energy", "renewable_energy"],
  ["Builders", "commercial_construction"],
  ["Clinics", "hospitals"],
  ["Consulting", "consulting"],
  ["Retail", "online_retail"],
  ["Hotels", "hotels"],
  ["Machines", "machinery"],
  ["Insurance", "insurance"],
  ["Schools", "schools"],
] as const;

/** Phone numbers that are reserved for films and examples, in each country's format. */
// The last numbers of each range belong to the guests in records/persons.ts.
const phones: Record<string, (random: Random) => string> = {
  us: (random) =>
    `+1 ${pickOne(random, [212, 312, 415, 617, 206, 305])} 555 01${String(pickBetween(random, 0, 99)).padStart(2, "0")}`,
  ca: (random) => `+1 ${pickOne(random, [613, 416, 604])} 555 01${String(pickBetween(random, 0, 99)).padStart(2, "0")}`,
  gb: (random) => `+44 20 7946 0${String(pickBetween(random, 0, 899)).padStart(3, "0")}`,
  de: (random) => `+49 30 23125 ${String(pickBetween(random, 0, 899)).padStart(3, "0")}`,
  fr: (random) => `+33 1 99 00 ${pickBetween(random, 10, 99)} ${pickBetween(random, 10, 99)}`,
  au: (random) => `+61 2 5550 ${pickBetween(random, 1000, 8999)}`,
};

export interface InventedPerson {
  first_name: string;
  last_name: string;
  email: string;
  phone: string;
  company: string;
  website: string;
  job_title: string;
  industry_id: string;
  company_size_id: string;
  country_id: string;
  lead_source_id: string;
  budget: string;
  employee_count: number;
  tags: string[];
  need: string;
  timeline: string;
}

const sizes = [
  ["1_10_employees", 1, 10],
  ["11_50_employees", 11, 50],
  ["51_200_employees", 51, 200],
  ["201_1000_employees", 201, 1000],
  ["1001_employees", 1001, 9000],
] as const;

const titles = [
  "Managing Director",
  "Head of Operations",
  "Purchasing Manager",
  "IT Manager",
  "Finance Director",
  "Office Manager",
];
const sources = ["web", "web", "web", "referral", "referral", "event", "partner", "campaign", "phone", "social_media", "webinar"];
const needs = [
  "One place for all enquiries",
  "Quotes that go out the same day",
  "To see what each branch sells",
  "An end to spreadsheets",
  "Reminders that are never missed",
];
const toAddressPart = (text: string): string =>
  text
    .normalize("NFKD")
    .replace(/ı/g, "i")
    .replace(/[^\w]+/g, "")
    .toLowerCase();

/** Invents a person at a company. The number makes the email address unique. */
export function inventPerson(random: Random, number: number): InventedPerson {
  const [first_name, last_name] = [pickOne(random, firstNames), pickOne(random, lastNames)];
  const [tail, industry_id] = pickOne(random, companyTails);
  const company = `${pickOne(random, companyHeads)} ${tail}`;
  const domain = `${toAddressPart(company)}.example`;
  const [company_size_id, minEmployees, maxEmployees] = pickOne(random, sizes);
  const country_id = pickOne(random, Object.keys(phones));
  const employee_count = pickBetween(random, minEmployees, maxEmployees);
  return {
    first_name,
    last_name,
    email: `${toAddressPart(first_name)}.${toAddressPart(last_name)}${number}@${domain}`,
    phone: (phones[country_id] as (random: Random) => string)(random),
    company,
    website: `https://${domain}`,
    job_title: pickOne(random, titles),
    industry_id,
    company_size_id,
    country_id,
    lead_source_id: pickOne(random, sources),
    budget: `${pickBetween(random, 2, 18 + Math.ceil(Math.sqrt(employee_count)) * 4) * 500}.00`,
    employee_count,
    tags: random() < 0.3 ? [pickOne(random, ["priority", "newsletter", "fair", "returning"])] : [],
    need: pickOne(random, needs),
    timeline: pickOne(random, ["this month", "this quarter", "this year", "no hurry"]),
  };
}

/** Interactions of a lead, in the order of growing interest. Scores are computed from them. */
export const interests = [
  { interaction_type_id: "website_visit", subject: "Read about the branches" },
  { interaction_type_id: "email_opened", channel: "email", subject: "Opened the newsletter" },
  { interaction_type_id: "website_visit", subject: "Looked at prices" },
  { interaction_type_id: "email_clicked", channel: "email", subject: "Followed the link to the overview" },
  { interaction_type_id: "download", subject: "Downloaded the price list" },
  { interaction_type_id: "form_submission", subject: "Asked for a call" },
] as const;

/** Activities with a lead, in their order. */
export const conversations = [
  {
    activity_type_id: "call",
    subject: "First call",
    duration_minutes: 15,
    call_outcome_id: "connected",
    call_direction: "OUTBOUND",
    outcome: "Wants to see an overview first",
  },
  { activity_type_id: "email", subject: "Sent the overview", email_subject: "Our overview" },
  {
    activity_type_id: "call",
    subject: "Call back",
    duration_minutes: 5,
    call_outcome_id: "voicemail",
    call_direction: "OUTBOUND",
  },
  {
    activity_type_id: "meeting",
    subject: "Demonstration",
    duration_minutes: 60,
    meeting_type_id: "demo",
    outcome: "Liked it; the branches must agree",
  },
  { activity_type_id: "meeting", subject: "Visit on site", duration_minutes: 90, meeting_location: "At their office" },
  { activity_type_id: "task", subject: "Prepare a quote", outcome: "Sent the same day" },
] as const;

/** The tasks and meetings of the users who have no opportunities, by role: today, and one that is late. */
export const officeWork: readonly {
  readonly roles: readonly string[];
  readonly subject: string;
  readonly type: "task" | "meeting";
  readonly inDays: number;
  readonly time: string;
}[] = [
  {
    roles: ["ADMIN", "DIRECTOR", "MARKETER", "SUPPORT_AGENT", "ANALYST", "USER"],
    subject: "Read the notes of the week",
    type: "task",
    inDays: -1,
    time: "16:00",
  },
  { roles: ["ADMIN", "USER"], subject: "Check the access of new colleagues", type: "task", inDays: 0, time: "21:00" },
  { roles: ["DIRECTOR", "ANALYST"], subject: "Numbers of the quarter", type: "task", inDays: 0, time: "21:00" },
  { roles: ["MARKETER"], subject: "Texts of the spring campaign", type: "task", inDays: 0, time: "21:00" },
  { roles: ["SUPPORT_AGENT"], subject: "Update the article on water damage", type: "task", inDays: 0, time: "21:00" },
  {
    roles: ["ADMIN", "DIRECTOR", "MARKETER", "SUPPORT_AGENT", "ANALYST", "USER"],
    subject: "Team meeting",
    type: "meeting",
    inDays: 0,
    time: "16:00",
  },
];

const streets = ["Am Kai", "Hafenstraße", "Lindenweg", "Speicherallee", "Marktplatz", "Werftstraße"];

/** What is known about a company of the pipeline: the same in each run, from its name and its place in the list. */
export function describeCompany(name: string, index: number) {
  const domain = `${toAddressPart(name)}.example`;
  const industry_id = companyTails.find(([tail]) => name.endsWith(tail))?.[1] ?? "consulting";
  const [company_size_id, minEmployees] = sizes[(index % (sizes.length - 1)) + 1] ?? sizes[1];
  return {
    ...{ industry_id, company_size_id, website: `https://${domain}`, email: `office@${domain}` },
    phone: `+49 30 23125 ${String((index * 37) % 900).padStart(3, "0")}`,
    employee_count: minEmployees + index * 3,
    annual_revenue: `${(index + 3) * 450_000}.00`,
    founding_year: 1950 + ((index * 11) % 70),
    tier: (["BRONZE", "SILVER", "GOLD"] as const)[index % 3],
    payment_terms: "30 days net",
    source: "Referral",
    billing_street: `${streets[index % streets.length]} ${index + 3}`,
    billing_postal_code: `${20_095 + index * 7}`,
  };
}
