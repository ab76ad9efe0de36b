import {
  type Availability,
  describeSavedAbsences,
  endAbsence,
  findCurrentAbsence,
} from "@crm/console/frame/profile/absence-rules.ts";
import { describe, expect, it } from "vitest";

const NOW = "2026-12-01T09:00:00.000Z";
const EARLIER = "2026-11-30T09:00:00.000Z";
const LATER = "2026-12-07T09:00:00.000Z";
const EVEN_LATER = "2026-12-14T09:00:00.000Z";

type Absences = Availability["absences"];
const of = (...absences: Absences): Availability => ({ user_id: "usr_1", absences });

describe("an absence", () => {
  it.each<[string, Absences, string | undefined]>([
    ["that has begun is the current one", [{ from: EARLIER, to: LATER }], EARLIER],
    ["that begins now is the current one", [{ from: NOW, to: LATER }], NOW],
    ["that ends now is over", [{ from: EARLIER, to: NOW }], undefined],
    ["without an end lasts", [{ from: EARLIER, to: null }], EARLIER],
    ["that comes is not the current one", [{ from: LATER, to: null }], undefined],
  ])("%s", (_, absences, from) => {
    expect(findCurrentAbsence(of(...absences), NOW)?.from).toBe(from);
  });

  it.each<[string, Absences, Absences]>([
    ["that lasts ends now", [{ from: EARLIER, to: LATER }], [{ from: EARLIER, to: NOW }]],
    ["without an end ends now", [{ from: EARLIER, to: null, reassign: true }], [{ from: EARLIER, to: NOW, reassign: true }]],
    ["that begins now is taken away", [{ from: NOW, to: LATER }], []],
    [
      "leaves another one as it is",
      [
        { from: EARLIER, to: LATER },
        { from: EVEN_LATER, to: null },
      ],
      [
        { from: EARLIER, to: NOW },
        { from: EVEN_LATER, to: null },
      ],
    ],
  ])("%s", (_, absences, after) => {
    const [ended = expect.fail("No absence")] = absences;
    expect(endAbsence(of(...absences), ended, NOW)).toEqual(after);
  });
});

/** Puts values into a message without plurals. */
const t = (message: string, values: Readonly<Record<string, unknown>> = {}): string =>
  message.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(values[name]));

describe("the message after absences were saved", () => {
  const nameUser = async (id: string): Promise<string | null> => (id === "usr_2" ? "Freya" : null);
  const counted: string[] = [];
  const countRows = async (path: string): Promise<{ total: number }> => {
    counted.push(path);
    return { total: path.endsWith("tickets") ? 4 : 7 };
  };
  const describeChange = (before: Absences, after: Absences): Promise<string> =>
    describeSavedAbsences(
      { before: of(...before), after: of(...after), now: NOW },
      { nameUser, formatInstant: (at) => at.slice(0, 10), countRows },
      t,
    );

  it.each<[string, Absences, Absences, string]>([
    ["nothing new", [{ from: LATER }], [{ from: LATER }], "Availability was saved"],
    ["an absence that is over", [], [{ from: EARLIER, to: NOW, reassign: true }], "Availability was saved"],
    ["one without a hand-over", [], [{ from: LATER }], "Availability was saved"],
    [
      "a return after a hand-over",
      [{ from: EARLIER, reassign: true }],
      [{ from: EARLIER, to: NOW, reassign: true }],
      "You can get work again. Work that moved stays where it is.",
    ],
    ["a return without a hand-over", [{ from: EARLIER }], [{ from: EARLIER, to: NOW }], "Availability was saved"],
    ["a stand-in for new work", [], [{ from: LATER, stand_in_id: "usr_2" }], "Freya gets new work (2026-12-07)"],
    ["an unknown stand-in for new work", [], [{ from: LATER, stand_in_id: "usr_3" }], "Availability was saved"],
    [
      "a hand-over that begins now",
      [],
      [{ from: EARLIER, to: LATER, reassign: true, stand_in_id: "usr_2" }],
      "Freya gets the open work (now). Tickets: 4, activities: 7",
    ],
    [
      "a hand-over to the rules",
      [{ from: EARLIER, to: NOW }],
      [
        { from: EARLIER, to: NOW },
        { from: LATER, reassign: true },
      ],
      "The open work is handed over (2026-12-07). Tickets: 4, activities: 7",
    ],
  ])("names %s", async (_, before, after, message) => {
    expect(await describeChange(before, after)).toBe(message);
  });

  it("counts open work only if it moves", async () => {
    counted.length = 0;
    await describeChange([], [{ from: LATER, stand_in_id: "usr_2" }]);
    expect(counted).toEqual([]);
  });
});
