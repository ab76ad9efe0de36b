import { expect, it } from "vitest";
import { parseSample, selectSample } from "../support/sample.ts";
import type { ConsoleDriver } from "./console-driver.ts";
import type { Journey } from "./journey.ts";
import { JOURNEYS, type JourneyBound, type JourneyTest, storeResult } from "./journey-page.ts";

/** `npm run console-journeys` sets it: all journeys run, and their results are stored. */
const isCounted = process.env.CRM_JOURNEYS === "all";

const chosen: ReadonlySet<JourneyTest> = new Set(
  selectSample(
    JOURNEYS,
    { name: (name) => name, kind: () => "journey" },
    isCounted ? "all" : parseSample(process.env.CRM_SAMPLE),
  ),
);

let running: JourneyTest | undefined;
let resultCount = 0;

/** A test that drives one journey or more. `npm test` runs those of the sample, about two. */
export function itJourney(name: JourneyTest, run: () => Promise<void>): void {
  it.runIf(chosen.has(name))(name, () => {
    running = name;
    return run();
  });
}

/** Ends a journey: the page had no error, and the journey cost no more than its bound. In the long form its result is stored. */
export function endJourney({ name, steps, cost: readCost }: Journey, pages: ConsoleDriver, bound: JourneyBound = {}): void {
  expect(pages.takeErrors()).toEqual([]);
  const cost = readCost();
  for (const [figure, most] of Object.entries(bound) as [keyof JourneyBound, number][])
    expect(cost[figure], `${name}: ${figure}`).toBeLessThanOrEqual(most);
  if (isCounted && running !== undefined) storeResult({ test: running, number: resultCount++, name, steps, cost, bound });
}

/** Closes what a sending says on a server that sends no mail. */
export async function closeLocalMail(journey: Journey): Promise<void> {
  await journey.see("Open the local mailbox");
  await journey.press("Escape");
  await journey.wait("document.querySelector('[role=dialog]') === null");
}
