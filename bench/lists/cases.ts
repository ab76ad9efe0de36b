/** Forty lists as people ask for them, by fields of leads. Each is one request for a page of twenty with the number of all that match. */

/** The fields of a lead that a list names. Every sample has them all. */
export interface Sample {
  id: string;
  lead_number: string;
  first_name: string;
  last_name: string;
  email: string;
  phone: string;
  company: string;
  job_title: string;
  lead_status_id: string;
  lead_source_id: string;
  owner_id: string;
  lead_score: number;
  budget: string;
  follow_up_priority: string;
  next_contact_date: string;
  created_at: string;
  tags: readonly string[];
}

type Operator = "eq" | "ne" | "in" | "gte" | "lt" | "lte" | "prefix" | "contains" | "has" | "is_null";

export interface Condition {
  readonly field: string;
  readonly operator: Operator;
  readonly value: string | readonly string[];
}

export interface ListCase {
  readonly name: string;
  /** The conditions for values of one lead: all conditions of a group must hold, for at least one group. */
  readonly any: (sample: Sample) => readonly (readonly Condition[])[];
  /** Fields, each with a leading `-` for descending. Without any, the newest come first. */
  readonly sort: readonly string[];
  readonly page?: "second by cursor" | "deep";
}

const is = (field: string, value: string | number): Condition => ({ field, operator: "eq", value: String(value) });
const where = (field: string, operator: Operator, value: string | readonly string[]): Condition => ({ field, operator, value });
const isEmpty = (field: string): Condition => where(field, "is_null", "true");
const hasValue = (field: string): Condition => where(field, "is_null", "false");
const between = (field: string, from: string | number, to: string | number): Condition[] => [
  where(field, "gte", String(from)),
  where(field, "lte", String(to)),
];

const DAY_MS = 24 * 60 * 60 * 1000;
const addDays = (instant: string, days: number): string => new Date(Date.parse(instant) + days * DAY_MS).toISOString();
const amountFrom = ({ budget }: Sample, more: number): string => (Number(budget) + more).toFixed(2);

type Conditions = (sample: Sample) => readonly Condition[];
const list = (name: string, all: Conditions, ...sort: string[]): ListCase => ({
  name,
  any: (sample) => [all(sample)],
  sort,
});
const everyLead: Conditions = () => [];
const ofOwner: Conditions = ({ owner_id }) => [is("owner_id", owner_id)];
const ofStatus: Conditions = ({ lead_status_id }) => [is("lead_status_id", lead_status_id)];
const ofCompany: Conditions = ({ company }) => [where("company", "prefix", company.slice(0, 6))];

export const listCases: readonly ListCase[] = [
  list("everything, newest first", everyLead),
  list("an email address", ({ email }) => [is("email", email)]),
  list("a telephone number", ({ phone }) => [is("phone", phone)]),
  list("a lead number", ({ lead_number }) => [is("lead_number", lead_number)]),
  list("a last name", ({ last_name }) => [is("last_name", last_name)]),
  list("a first and a last name", ({ first_name, last_name }) => [is("first_name", first_name), is("last_name", last_name)]),
  list("email address begins with", ({ email }) => [where("email", "prefix", email.slice(0, 9))]),
  list("company begins with", ofCompany),
  list("company contains", ({ company }) => [where("company", "contains", company.slice(3, 9))]),
  list(
    "last name begins with, sorted by it",
    ({ last_name }) => [where("last_name", "prefix", last_name.slice(0, 3))],
    "last_name",
  ),
  list("a job title, sorted by company", ({ job_title }) => [is("job_title", job_title)], "company"),
  list("one of two job titles and a source", ({ job_title, lead_source_id }) => [
    where("job_title", "in", [job_title, "Controller"]),
    is("lead_source_id", lead_source_id),
  ]),
  list("amount between", (lead) => between("budget", lead.budget, amountFrom(lead, 500))),
  list("amount from, largest first", (lead) => [where("budget", "gte", lead.budget)], "-budget"),
  list("without an amount", () => [isEmpty("budget")]),
  list("with an amount, of a status", (lead) => [hasValue("budget"), ...ofStatus(lead)]),
  list("score between, of an owner", (lead) => [
    ...between("lead_score", lead.lead_score, lead.lead_score + 5),
    ...ofOwner(lead),
  ]),
  list("a tag", ({ tags }) => [where("tags", "has", tags[0] ?? "")]),
  list("a tag, of an owner", (lead) => [where("tags", "has", lead.tags[0] ?? ""), ...ofOwner(lead)]),
  list("without tags, of a status", (lead) => [isEmpty("tags"), ...ofStatus(lead)]),
  list("a status", ofStatus),
  list("not of a status", ({ lead_status_id }) => [where("lead_status_id", "ne", lead_status_id)]),
  list(
    "not of a status, of an owner, by amount",
    (lead) => [where("lead_status_id", "ne", lead.lead_status_id), ...ofOwner(lead)],
    "budget",
  ),
  list("a status and a source", (lead) => [...ofStatus(lead), is("lead_source_id", lead.lead_source_id)]),
  list("an owner and a status", (lead) => [...ofOwner(lead), ...ofStatus(lead)]),
  list("an owner, a status and a week", (lead) => [
    ...[...ofOwner(lead), ...ofStatus(lead)],
    ...between("created_at", lead.created_at, addDays(lead.created_at, 7)),
  ]),
  list("without an owner", () => [isEmpty("owner_id")]),
  list(
    "created in two days, sorted by name",
    ({ created_at }) => between("created_at", created_at, addDays(created_at, 2)),
    "last_name",
  ),
  list(
    "an owner's next contacts, of a priority",
    (lead) => [
      where("next_contact_date", "lt", lead.next_contact_date),
      is("follow_up_priority", lead.follow_up_priority),
      ...ofOwner(lead),
    ],
    "next_contact_date",
  ),
  list("without a next contact, of an owner", (lead) => [isEmpty("next_contact_date"), ...ofOwner(lead)]),
  list("qualified, by score", () => [is("is_qualified", "true")], "-lead_score"),
  list("everything, sorted by company", everyLead, "company"),
  list("everything, by last name, descending", everyLead, "-last_name"),
  list("a status, sorted by name", ofStatus, "last_name"),
  list("an owner, by amount, largest first", ofOwner, "-budget"),
  list("by status, amount and name", everyLead, "lead_status_id", "-budget", "last_name"),
  { ...list("page 400 of everything, by company", everyLead, "company"), page: "deep" },
  { ...list("second page of a status, by company, by cursor", ofStatus, "company"), page: "second by cursor" },
  {
    name: "a company or a tag, of any status",
    any: (lead) => [ofCompany(lead), [where("tags", "has", lead.tags[0] ?? ""), where("budget", "gte", "45000.00")]],
    sort: ["company"],
  },
  {
    name: "new with an amount, or qualified of an owner",
    any: (lead) => [
      [...ofStatus(lead), where("budget", "gte", lead.budget)],
      [is("is_qualified", "true"), ...ofOwner(lead)],
    ],
    sort: ["-budget"],
  },
];

/** The page of a deep list, in a store with that many leads; the last one otherwise. */
export const deepPage = (leads: number): number => Math.min(400, Math.floor(leads / 20));
