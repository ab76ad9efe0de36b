import { type DayChange, PipelineMoves, parseMoves, roundParts } from "@crm/core/sales/figures/pipeline-moves.rules.ts";
import { describe, expect, it } from "vitest";

type State = NonNullable<DayChange["before"]>;
const open = (more: Partial<State> = {}): State => ({
  ...{ owner_id: "usr_1", stage_id: "open", is_closed: false, amount: "10.00", currency: "EUR" },
  ...more,
});
const won = (more: Partial<State> = {}): State => open({ stage_id: "won", is_closed: true, ...more });
const lost = (more: Partial<State> = {}): State => open({ stage_id: "lost", is_closed: true, ...more });

/** The changes as `move minor`, in order of their names. */
const listMoves = (change: Partial<DayChange>, owner?: string): string[] => {
  const moves = new PipelineMoves(new Set(["won"]));
  moves.add({ before: undefined, after: undefined, isNew: false, ...change });
  return parseMoves(moves.text(owner)).map(({ move, minor }) => `${move} ${minor}`);
};

describe("the changes of a day", () => {
  it.each([
    ["a new opportunity", { after: open(), isNew: true }, ["new 1000"]],
    ["one without an amount", { after: open({ amount: null }), isNew: true }, ["new 0"]],
    ["one that was won on its first day", { after: won(), isNew: true }, ["new 1000", "won 1000"]],
    ["the same as the day before", { before: open(), after: open() }, []],
    ["a larger amount", { before: open(), after: open({ amount: "12.50" }) }, ["increased 250"]],
    ["a smaller amount that was lost", { before: open(), after: lost({ amount: "4.00" }) }, ["decreased 600", "lost 400"]],
    ["another currency", { before: open(), after: open({ currency: "USD" }) }, ["decreased 1000", "increased 1000"]],
    ["a reopened one", { before: lost(), after: open() }, ["moved_in 1000"]],
    ["a restored one", { after: open() }, ["moved_in 1000"]],
    ["a deleted one", { before: open() }, ["moved_out 1000"]],
    ["a closed one that was deleted", { before: won() }, []],
    ["a closed one that was restored", { after: won() }, []],
    ["one that was reopened and won again", { before: won(), after: won({ amount: "11.00" }) }, []],
    ["another owner", { before: open(), after: open({ owner_id: "usr_2" }) }, []],
  ])("are, for %s", (_, change, moves) => {
    expect(listMoves(change)).toEqual(moves);
  });

  it("take an opportunity from one owner to the other, who may win it on the same day", () => {
    const change = { before: open(), after: won({ owner_id: "usr_2" }) };
    expect([listMoves(change, "usr_1"), listMoves(change, "usr_2"), listMoves(change)]).toEqual([
      ["moved_out 1000"],
      ["moved_in 1000", "won 1000"],
      ["won 1000"],
    ]);
  });
});

describe("parts of a bridge", () => {
  it.each([
    ["the largest remainder first", [14n, 16n, 10n], 4n, [1n, 2n, 1n]],
    ["the first of equals first", [15n, 15n], 3n, [2n, 1n]],
    ["negative parts", [-14n, -16n], -3n, [-1n, -2n]],
    ["a total below the parts", [10n, 11n], 1n, [0n, 1n]],
    ["nothing", [0n, 0n], 0n, [0n, 0n]],
  ])("add up to the total: %s", (_, parts, total, rounded) => {
    expect(roundParts(parts, total, 1)).toEqual(rounded);
  });
});
