import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { DECISION_SECONDS, type JourneyCost, KEY_SECONDS, POINT_SECONDS } from "./journey.ts";

/** The tests that count journeys, in the order of the table. The files `*journey*.test.ts` have them. */
export const JOURNEYS = [
  "creates, calls, qualifies and converts a lead with the keyboard alone",
  "logs a call with a follow-up, plans a meeting and sends a mail by a template on a record",
  "keeps the changes of two people who edit one record",
  "moves a card and an entry of the calendar with the keyboard, and a screen reader tells each step",
  "logs a call from a list",
  "finds a customer by part of a phone number",
  "moves a deal and plans its next task",
  "sends a quote with three lines",
  "approves on a phone in three taps",
  "amends a contract",
  "goes from a lead to a signed contract and a paid order",
  "looks at the gap, moves a deal from best case to commit, and submits with four clicks",
  "answers a ticket with a macro before its time runs out",
  "merges two tickets and takes it back",
  "splits messages off a ticket",
  "snoozes a ticket by keys, and gets it back with a notice",
  "merges two mails, splits one off, and takes both back, with every message in order",
  "orders projects on their board, by drag and by keyboard",
  "takes back a change of many records",
  "corrects thirty refused rows in the grid with one paste",
  "imports thirty leads with odd headers, and takes them back",
  "merges two persons with Enter, and takes it back",
  "adds a field as a column, and changes it beside a second tab",
  "changes a filter and shares the view",
  "builds a report, and mails it to a colleague every week",
  "builds a workflow, tests it with a record, and publishes it",
  "makes a web form, and puts it on a website",
  "tests two subjects of a campaign, and sends the better one to the others",
  "tests two subjects of a campaign with the keyboard alone",
  "goes from an empty server to a sent quote",
  "keeps a quote on a phone over Back, a reload, a second tab and the end of the session",
  "works off tasks, logs a call and converts a lead on a desk, with interruptions",
  "logs a call on a phone, with interruptions",
  "rejects a quote by keyboard, with interruptions",
  "sets up an empty server on a desk, with interruptions",
  "sets up a new tenant",
] as const;

export type JourneyTest = (typeof JOURNEYS)[number];

/** What part 5 of the design allows. Only what a journey has a bound for. */
export type JourneyBound = Partial<Pick<JourneyCost, "clicks" | "keys" | "fields" | "seconds">>;

export interface JourneyResult {
  readonly test: JourneyTest;
  /** The place among the results of a process. */
  readonly number: number;
  readonly name: string;
  readonly steps: readonly string[];
  readonly cost: JourneyCost;
  readonly bound: JourneyBound;
}

/** Test files run in processes of their own, so each result is a file until the page is written. */
export const RESULTS_FOLDER = new URL("../../.data/journeys/", import.meta.url);

export function storeResult(result: JourneyResult): void {
  mkdirSync(RESULTS_FOLDER, { recursive: true });
  writeFileSync(new URL(`${JOURNEYS.indexOf(result.test)}-${result.number}.json`, RESULTS_FOLDER), JSON.stringify(result));
}

/** Returns the stored results in the order of the table. Throws if a test has none. */
export function readResults(): JourneyResult[] {
  const results = readdirSync(RESULTS_FOLDER).map(
    (file) => JSON.parse(readFileSync(new URL(file, RESULTS_FOLDER), "utf8")) as JourneyResult,
  );
  return JOURNEYS.flatMap((test) => {
    const own = results.filter((result) => result.test === test);
    if (own.length === 0) throw new Error(`No journey was counted by the test “${test}”: it must call endJourney.`);
    return own.toSorted((a, b) => a.number - b.number);
  });
}

const formatBound = (bound: JourneyBound): string =>
  Object.entries(bound)
    .map(([name, most]) => `${name} ≤ ${most}`)
    .join(", ");

/** Writes the page of all journeys. */
export function formatJourneys(results: readonly JourneyResult[]): string {
  const rows = results.map(({ name, steps, cost, bound }) => {
    const { clicks, keys, fields, typed, seconds, waiting } = cost;
    const figures = [clicks, keys, fields, typed, seconds.toFixed(1), waiting.toFixed(1), formatBound(bound)];
    return `| ${[name, steps.join("; "), ...figures].join(" | ")} |`;
  });
  return [
    "# Journeys through the console",
    "",
    "This page shows what frequent tasks cost a user of the console. `npm run console-journeys` drives them in a browser, checks them with the API, and",
    "writes this page (`test/console/journey-page.ts`).",
    "",
    "- **Clicks** are presses of the pointer. **Keys** are commands; `Ctrl` and `K` are two. **Typed** are the keys of the texts in the",
    "  **fields**.",
    `- **Seconds** follow the keystroke-level model of Card, Moran and Newell, without waiting: ${KEY_SECONDS} s for a key, ${POINT_SECONDS} s and a key for`,
    `  a click, and ${DECISION_SECONDS} s of thinking for each step and each field.`,
    "- **Waiting** is measured in the page, from the last input to what the user waits for. It depends on the machine, so no test limits it.",
    "  The design allows 2 s until a customer is found by a part of the phone number.",
    "- **Bound** is what the design allows. The test refuses more.",
    "",
    "| journey | steps | clicks | keys | fields | typed | seconds | waiting | bound |",
    "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |",
    ...rows,
    "",
  ].join("\n");
}
