import { readFileSync } from "node:fs";
import { filterGroups } from "@crm/console/frame/shell/palette-groups.ts";
import { MAX_RECENT, moveToFront } from "@crm/console/frame/shell/saved-record.ts";
import { isSearchable, markMatches, matchesQuery } from "@crm/console/frame/shell/text-match.ts";
import { domains } from "@crm/core/domains.ts";
import { expect, it } from "vitest";

it.each([
  ["Nordic Wind AS", "wind nord", true],
  ["Nordic Wind AS", "wind sea", false],
  ["Öztürk Ltd.", "ozturk", true],
  ["محمد الأحمد", "الاحمد", true],
  ["anything", "  ", true],
  ["", "a", false],
])("of %j a query %j says %j", (label, query, isMatch) => {
  expect(matchesQuery(label, query)).toBe(isMatch);
});

const show = (label: string, query: string): string =>
  markMatches(label, query)
    .map(({ text, isMatch }) => (isMatch ? `[${text}]` : text))
    .join("");

it.each([
  ["Marta Öztürk", "OZ ma", "[Ma]rta [Öz]türk"],
  ["Banana", "ana", "B[anana]"],
  ["ﬁle 🚢 boat", "fi bo", "[ﬁ]le 🚢 [bo]at"],
  ["+49 30 555", "30 5", "+49 [30] [555]"],
  ["Cafe\u0301", "cafe", "[Cafe\u0301]"],
  ["Acme", "", "Acme"],
  ["", "a", ""],
])("marks in %j what %j matches", (label, query, text) => {
  expect(show(label, query)).toBe(text);
});

it.each([
  ["a", false],
  ["ab", true],
  [" a ", false],
  ["海", true],
  ["é", false],
  ["", false],
])("searches for %j: %j", (text, isWorth) => {
  expect(isSearchable(text)).toBe(isWorth);
});

const entries = (...labels: string[]) => labels.map((label) => ({ id: label, label }));
const groups = [
  { id: "recent", title: "Recent", entries: entries("Acme", "Boats"), most: 1 },
  { id: "found", title: "Customers", entries: entries("Acme", "Zeta"), most: 5, isFound: true },
  { id: "create", title: "Create", entries: entries("New lead"), most: 5, isHidden: true },
];

it.each([
  // Each group has its first entries, and what is only for a query is left out.
  ["", ["recent: Acme", "found: Zeta"]],
  // What was found stays, with any label.
  ["acm", ["recent: Acme", "found: Zeta"]],
  ["new", ["found: Acme,Zeta", "create: New lead"]],
])("groups what the query %j leaves, each record once", (query, expected) => {
  const left = filterGroups(groups, query).map((group) => `${group.id}: ${group.entries.map(({ label }) => label).join()}`);
  expect(left).toEqual(expected);
});

const saved = (id: string) => ({ id, kind: "lead", title: id, path: "" });

it("moves a visited record to the front, and keeps as many as the API", () => {
  expect(moveToFront([saved("a"), saved("b")], saved("b")).map(({ id }) => id)).toEqual(["b", "a"]);
  const full = Array.from({ length: MAX_RECENT }, (_, index) => saved(String(index)));
  expect(moveToFront(full, saved("new"))).toHaveLength(MAX_RECENT);
});

it("has the icon of each kind", () => {
  const source = readFileSync(new URL("../../packages/console/src/frame/shell/kind-icon.tsx", import.meta.url), "utf8");
  const names = domains.flatMap(({ kinds = [] }) => kinds.flatMap(({ display }) => display?.icon ?? []));
  expect(names.length).toBeGreaterThan(50);
  expect(names.filter((name) => !source.includes(`  ${name}: `) && !source.includes(`  "${name}": `))).toEqual([]);
});
