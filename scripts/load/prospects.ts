import { Clock } from "@crm/core/kernel/clock.ts";
import { fold } from "@crm/core/kernel/text.ts";
import type { Lead } from "@crm/core/sales/lead/lead.ts";
import { createRandom, pickBetween, pickOne, type Random } from "../demo/sample-data.ts";

/**
 * An invented lead of a person of its own. The n-th lead of a seed is the same in each run, whichever others were drawn before. Few names are common
 * and many are rare, as in real life: the r-th name is about r times as rare as the first.
 */
export interface Prospect {
  /** When the lead was created, in milliseconds, and when it was scored and converted, if it was. */
  at: number;
  scored_at: number;
  converted_at: number;
  /** The input with which it was created. */
  input: Parameters<typeof Lead.create>[0] & { email: string; owner_id: string | null };
  /** The manual score; null for leads without one. */
  score: number | null;
  /** Whether the lead was converted to a customer. */
  isConverted: boolean;
}

export interface ProspectSeries {
  seed: number;
  /** Users who own leads. */
  owners: readonly string[];
  /** The time of the first lead, and the milliseconds between two leads. */
  from: number;
  step: number;
  /** Milliseconds from creation to scoring, and to conversion. */
  scoredAfterMs: number;
  convertedAfterMs: number;
}

/** A million leads span 1 January to 9 November 2026. */
export const buildProspectSeries = (owners: readonly string[], seed: number): ProspectSeries => ({
  seed,
  owners,
  from: Date.parse("2026-01-01T08:00:00Z"),
  step: 27_000,
  scoredAfterMs: HOUR_MS,
  convertedAfterMs: 24 * HOUR_MS,
});

const HOUR_MS = 3600 * 1000;

const firstNames = (
  "James Mary Robert Patricia John Jennifer Michael Linda David Elizabeth William Barbara Richard Susan Joseph Jessica Thomas " +
  "Sarah Charles Karen Christopher Lisa Daniel Nancy Matthew Betty Anthony Margaret Mark Sandra Donald Ashley Steven Kimberly " +
  "Paul Emily Andrew Donna Joshua Michelle Kenneth Dorothy Kevin Carol Brian Amanda George Melissa Edward Deborah Ronald " +
  "Stephanie Timothy Rebecca Jason Sharon Jeffrey Laura Ryan Cynthia Jacob Kathleen Gary Amy Nicholas Shirley Eric Angela " +
  "Jonathan Helen Stephen Anna Larry Brenda Justin Pamela Scott Nicole Brandon Emma Benjamin Samantha Samuel Katherine Gregory " +
  "Christine Frank Debra Alexander Rachel Raymond Catherine Patrick Carolyn Jack Janet Dennis Ruth Jerry Maria Tyler Heather"
).split(" ");

const lastNames = (
  "Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Hernandez Lopez Gonzalez Wilson Anderson Thomas " +
  "Taylor Moore Jackson Martin Lee Perez Thompson White Harris Sanchez Clark Ramirez Lewis Robinson Walker Young Allen King " +
  "Wright Scott Torres Nguyen Hill Flores Green Adams Nelson Baker Hall Rivera Campbell Mitchell Carter Roberts"
).split(" ");
/** Further last names are made of syllables. */
const LAST_NAME_COUNT = 20_000;
const COMPANY_COUNT = 50_000;

const syllables = "ka lo mi ne ru sa te vo xi zu bra cho dre fli gru hel".split(" ");
const kinds = ["Logistics", "Foods", "Software", "Energy", "Builders", "Clinics", "Consulting", "Retail", "Insurance", "Group"];
const titles = ["Head of Purchasing", "Owner", "Office Manager", "Managing Director", "Fleet Manager", "Controller"];
const tags = ["newsletter", "fair", "priority", "returning", "press"];
const providers = ["gmail.com", "yahoo.com", "outlook.com", "hotmail.com", "icloud.com", "aol.com", "proton.me", "mail.com"];
const areas = ["212", "312", "415", "617", "713", "803", "206", "305", "404", "512"];

/** Statuses, and how many of a hundred leads have each. */
const statuses = [
  ["new", 45],
  ["contacted", 25],
  ["qualified", 15],
  ["disqualified", 15],
] as const;
const sources = ["web", "referral", "import", "email", "phone", "social_media", "advertising", "event", "webinar", "partner"];

/** Returns the n-th name of four syllables; there are 65,536. */
function inventName(n: number): string {
  const mixed = (n * 40_503) % 65_536;
  const name = [12, 8, 4, 0].map((shift) => syllables[(mixed >> shift) & 15]).join("");
  return `${name[0]?.toUpperCase()}${name.slice(1)}`;
}

export const lastName = (rank: number): string => lastNames[rank] ?? inventName(rank);
/** Returns the beginning of a company's name. */
export const companyName = (rank: number): string => inventName(rank + 31_000);

/** Draws a rank below `count`; the r-th is about r times as rare as the first. */
const drawRank = (random: Random, count: number): number => Math.floor((count + 1) ** random()) - 1;

/** Draws an owner, with some more likely than others. One lead in thirty has none. */
const drawOwner = (random: Random, owners: readonly string[]): string | null =>
  random() < 1 / 30 ? null : (owners[Math.floor(random() ** 1.3 * owners.length)] ?? null);

function drawStatus(random: Random): (typeof statuses)[number][0] {
  let remainder = random() * 100;
  for (const [status, share] of statuses) {
    remainder -= share;
    if (remainder < 0) return status;
  }
  return "new";
}

/** One lead in three has a tag, and some of these two. */
const drawTags = (random: Random): string[] =>
  random() < 1 / 3 ? [...new Set(Array.from({ length: random() < 0.2 ? 2 : 1 }, () => pickOne(random, tags)))] : [];

const DIGITS = "0123456789abcdefghijkmnpqrstuvw";

/**
 * Encodes a number so that any two codes differ in at least two characters, also after a swap of two neighbours: the product takes addresses that
 * differ in one character for addresses of one person.
 */
export function encodeNumber(n: number): string {
  let rest = (n * 7_368_787) % 31 ** 5;
  let check = 0;
  let code = "";
  for (let place = 1; place <= 5; place++) {
    const digit = rest % 31;
    rest = Math.floor(rest / 31);
    check += place * digit;
    code += DIGITS[digit];
  }
  return code + DIGITS[check % 31];
}

/** Returns a unique phone number of the United States. */
function formatPhone(n: number): string {
  const line = 2_000_000 + ((Math.floor(n / areas.length) * 611_953) % 7_999_993);
  return `+1 ${areas[n % areas.length]} ${String(line).replace(/(\d{3})(\d{4})/, "$1 $2")}`;
}

export function buildProspect(crowd: ProspectSeries, n: number): Prospect {
  const random = createRandom(crowd.seed * 1_000_003 + n);
  const first_name = firstNames[drawRank(random, firstNames.length)] ?? "";
  const last_name = lastName(drawRank(random, LAST_NAME_COUNT));
  const status = drawStatus(random);
  const scored = random() < 0.4;
  const calls = random() < 0.3 ? Clock.addSeconds(random() * 365 * 24 * 3600, NEXT_YEAR_MS) : null;
  const lead = {
    first_name,
    last_name,
    email: `${fold(first_name)}.${fold(last_name)}.${encodeNumber(n)}@${pickOne(random, providers)}`,
    phone: formatPhone(n),
    company: `${companyName(drawRank(random, COMPANY_COUNT))} ${pickOne(random, kinds)}`,
    job_title: pickOne(random, titles),
    lead_status_id: status,
    lead_source_id: pickOne(random, sources),
    owner_id: drawOwner(random, crowd.owners),
    is_qualified: status === "qualified",
    budget: random() < 0.5 ? `${pickBetween(random, 1, 500)}00.00` : null,
    next_contact_date: calls,
    follow_up_priority: calls ? pickOne(random, ["LOW", "MEDIUM", "HIGH", "URGENT"] as const) : null,
  };
  const score = scored ? pickBetween(random, 0, 100) : null;
  const converted = status === "qualified" && random() < 1 / 3;
  const createdAt = crowd.from + n * crowd.step;
  return {
    at: createdAt,
    scored_at: createdAt + crowd.scoredAfterMs,
    converted_at: createdAt + crowd.convertedAfterMs,
    // Drawn last, so that the other values of a lead are those of stores that were loaded before leads had tags.
    input: { ...lead, tags: drawTags(random) },
    score,
    isConverted: converted,
  };
}

const NEXT_YEAR_MS = Date.parse("2027-01-01T00:00:00Z");
