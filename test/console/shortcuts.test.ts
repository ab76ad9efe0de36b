import { formatKeys, isSingleKey, matchKeys, nameKey } from "@crm/console/frame/shortcuts/key-press.ts";
import { destinationKinds, listShortcutGroups, shortcutKeys } from "@crm/console/frame/shortcuts/shortcut-list.ts";
import { expect, it } from "vitest";

const press = (key: string, rest: Partial<Parameters<typeof nameKey>[0]> = {}) => ({
  key,
  code: "",
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  timeStamp: 0,
  ...rest,
});

it.each([
  [press("c"), "c"],
  [press("C"), "c"],
  [press("?"), "?"],
  [press("k", { ctrlKey: true }), "mod+k"],
  [press("K", { metaKey: true }), "mod+k"],
  // On a Cyrillic keyboard the letter has another key, at the same place.
  [press("с", { code: "KeyC" }), "c"],
  [press("л", { code: "KeyK", ctrlKey: true }), "mod+k"],
  // On a French keyboard the place of A has Q, which is a Latin letter.
  [press("q", { code: "KeyA" }), "q"],
  [press("Escape"), "escape"],
  // With Alt a key types another character, or opens a menu of the browser.
  [press("l", { altKey: true }), undefined],
])("names %j", (event, name) => {
  expect(nameKey(event)).toBe(name);
});

const known = ["mod+k", "c", "g c", "g l"];

it.each([
  [["c"], [0], ["c"]],
  [["g", "c"], [0, 1500], ["g c"]],
  [["g", "l"], [0, 10], ["g l"]],
  // Too late: it is a key of its own.
  [["g", "c"], [0, 1501], ["c"]],
  // Another key ends the sequence.
  [["g", "x", "c"], [0, 1, 2], ["c"]],
  [["g", "g", "l"], [0, 1, 2], ["g l"]],
  [["l"], [0], []],
])("takes the keys %j at %j as %j", (keys, times, expected) => {
  let pending: ReturnType<typeof matchKeys>["pending"];
  const done = keys.flatMap((key, index) => {
    const match = matchKeys(press(key, { timeStamp: times[index] ?? 0 }), pending, known);
    pending = match.pending;
    return match.keys ?? [];
  });
  expect(done).toEqual(expected);
});

it.each([
  ["mod+k", false, "Ctrl K"],
  ["mod+k", true, "⌘ K"],
  ["g l", true, "G L"],
  ["escape", false, "Esc"],
  ["?", false, "?"],
])("shows %s (Mac: %j) as %s", (keys, isMac, text) => {
  expect(formatKeys(keys, isMac)).toBe(text);
});

it("explains every shortcut once, and gives each its own keys", () => {
  const explained = listShortcutGroups(
    (text) => text,
    (kind) => kind,
  ).flatMap(({ shortcuts }) => shortcuts.map(([name]) => name));
  expect(explained.toSorted()).toEqual(Object.keys(shortcutKeys).toSorted());
  const keys = Object.values(shortcutKeys);
  expect(new Set(keys).size).toBe(keys.length);
  // The first key of a sequence does nothing itself.
  expect(keys.filter((name) => keys.some((other) => other.startsWith(`${name} `)))).toEqual([]);
  expect(Object.keys(destinationKinds).every((name) => Object.hasOwn(shortcutKeys, name))).toBe(true);
});

it("counts only keys with Ctrl as no single keys", () => {
  expect(Object.values(shortcutKeys).filter((keys) => !isSingleKey(keys))).toEqual(["mod+k"]);
});
