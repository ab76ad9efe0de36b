import type { Option } from "../../../ui/kit/option.tsx";

/** Data of the page of components. It is the same on each visit, so that pictures can be compared. */

const SYLLABLES = "Donau dampf schiff fahrts elektrizitäten haupt betriebs werk bau unter beamten gesellschaft ";

/** A name of 255 characters, the longest that the API takes. */
export const LONG_NAME = SYLLABLES.replaceAll(" ", "").repeat(4).slice(0, 251).concat(" End");
export const LONG_TEXT = "An agreement about the refit of eleven boats at three quays, with parts that come from four countries. "
  .repeat(3)
  .slice(0, 255);
export const ARABIC_NAME = "شركة الملاحة المتحدة";
export const NOW = "2026-11-27T10:30:00Z";
export const ZONE = "Europe/Berlin";

export const statuses: readonly Option[] = [
  { id: "new", label: "New", hue: "blue" },
  { id: "contacted", label: "Contacted", hue: "indigo" },
  { id: "qualified", label: "Qualified", hue: "green" },
  { id: "waiting", label: "Waiting for an answer", hue: "yellow", description: "The customer has the next step" },
  { id: "lost", label: "Lost", hue: "red" },
  { id: "retired", label: "Archived", hue: "gray", isDisabled: true },
];

export const countries: readonly Option[] = [
  ...["Austria", "Belgium", "Brazil", "Canada", "China", "Denmark", "Egypt", "Finland", "France", "Germany", "Greece", "India"],
  ...["Italy", "Japan", "Kenya", "Korea", "Mexico", "Norway", "Poland", "Portugal", "Spain", "Sweden", "Switzerland"],
].map((label) => ({ id: label.toLowerCase(), label }));

const companies = [
  "Northwind Boats",
  "Acme Tools",
  "Contoso Shipping",
  "Fabrikam Sails",
  ARABIC_NAME,
  "日本造船株式会社",
  "Zürich Yachten AG",
  "O’Neill & Sons 🚤",
];
const people = ["Anna Berger", "Tomás Oliveira", "Mei Tanaka", "Omar Haddad", "Grace O’Connor", "Jean-Luc Petit"];

export const customers: readonly Option[] = companies.map((label, index) => ({
  id: `customer-${index}`,
  label,
  description: index % 2 === 0 ? "Hamburg" : "Rotterdam",
}));

export interface SampleLead {
  readonly id: string;
  readonly name: string;
  readonly company: string;
  readonly status: Option;
  readonly owner: string;
  readonly amount: string | null;
  readonly score: number;
  readonly created: string;
  readonly city: string;
}

export const SAMPLE_COUNT = 10_000;

const pick = <T>(list: readonly T[], index: number): T => list[index % list.length] as T;

/** Returns the lead of a row. Some have no amount, one has a very long name. */
export function createLead(index: number): SampleLead {
  const step = index * 7919;
  return {
    id: `lead-${index}`,
    name:
      index === 3
        ? LONG_NAME
        : index === 5
          ? ARABIC_NAME
          : `${pick(["Refit of the Argo", "New sails", "Winter storage", "Engine service", "Hull survey"], step)} ${index + 1}`,
    company: pick(companies, step + 1),
    status: pick(statuses, index * 5 + (index >> 2)),
    owner: pick(people, index * 5 + (index >> 3)),
    amount: index % 6 === 4 ? null : `${(step * 37) % 90_000}.${String(index % 100).padStart(2, "0")}`,
    score: step % 101,
    created: new Date(Date.parse(NOW) - index * 5_400_000).toISOString(),
    city: pick(["Hamburg", "Rotterdam", "Porto", "Bergen"], step >> 1),
  };
}
