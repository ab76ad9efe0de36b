import { formatDayTitle, formatExact, formatRelative, readDay } from "@crm/console/ui/i18n/time.ts";
import { formatBytes, listRefusals } from "@crm/console/ui/kit/file-rules.ts";
import { isComplete } from "@crm/console/ui/kit/filter-operators.ts";
import { hueForChoice, hueForColor, hueForText, hues } from "@crm/console/ui/kit/hue.ts";
import { readInitials } from "@crm/console/ui/kit/initials.ts";
import { nameRelativeDate } from "@crm/console/ui/kit/relative-date.ts";
import { expect, it } from "vitest";

const NOW = "2026-11-27T10:30:00Z";
const berlin = { locale: "en-GB", timeZone: "Europe/Berlin" };

it.each([
  ["2026-11-27T10:30:00Z", "now"],
  ["2026-11-27T10:00:00Z", "30 minutes ago"],
  ["2026-11-27T13:31:00Z", "in 3 hours"],
  ["2026-11-26T10:29:00Z", "yesterday"],
  ["2026-11-20T10:31:00Z", "6 days ago"],
  ["2026-11-20T10:30:00Z", "20 Nov 2026"],
  ["9999-12-31T00:00:00Z", "31 Dec 9999"],
])("writes %s as %s", (instant, text) => {
  expect(formatRelative(instant, NOW, berlin)).toBe(text);
});

it.each([
  ["2026-11-26T22:59:00Z", "Europe/Berlin", "Yesterday"],
  ["2026-11-26T23:00:00Z", "Europe/Berlin", "Today"],
  ["2026-11-27T23:00:00Z", "Europe/Berlin", "Tomorrow"],
  ["2026-11-26T23:00:00Z", "America/New_York", "Yesterday"],
  ["2026-11-20T12:00:00Z", "Europe/Berlin", "Friday 20 November"],
  ["2025-11-20T12:00:00Z", "Europe/Berlin", "Thursday, 20 November 2025"],
])("titles the day of %s in %s", (instant, timeZone, title) => {
  expect(formatDayTitle(instant, NOW, { locale: "en-GB", timeZone })).toBe(title);
});

it("reads the day of an instant in a time zone, and names the zone in full", () => {
  expect(["Pacific/Kiritimati", "Pacific/Pago_Pago"].map((zone) => readDay(NOW, zone))).toEqual(["2026-11-28", "2026-11-26"]);
  expect(formatExact(NOW, berlin)).toMatch(/27 November 2026.*11:30:00/);
});

it.each([
  ["#2f9e44", "green"],
  ["#e03131", "red"],
  ["#ff0080", "pink"],
  ["#FD7E14", "orange"],
  ["#f5c518", "yellow"],
  ["#12b886", "teal"],
  ["#1c7ed6", "blue"],
  ["#4263eb", "indigo"],
  ["#7048e8", "purple"],
  ["#868e96", "gray"],
  ["#000000", "gray"],
  ["red; background: url(x)", "gray"],
  [null, "gray"],
])("shows the color %s of a master as %s", (color, hue) => {
  expect(hueForColor(color)).toBe(hue);
});

it.each([
  [{ code: "FAILED" }, "red"],
  [{ code: "approved" }, "green"],
  [{ code: "DRAFT" }, "gray"],
  [{ code: "POSITIVE" }, "green"],
  [{ code: "NEUTRAL" }, "gray"],
  // New and waiting tickets differ.
  [{ code: "NEW" }, "indigo"],
  [{ code: "WAITING_ON_CUSTOMER" }, "yellow"],
  [{ code: "NEGATIVE" }, "red"],
  [{ code: "HOT" }, "orange"],
  [{}, "gray"],
  [{ code: "FAILED", color: "#2f9e44" }, "green"],
])("gives the choice %j the hue %s", (choice, hue) => {
  expect(hueForChoice(choice)).toBe(hue);
});

it("gives a name always the same hue, and names many of them", () => {
  const found = ["Anna", "Tomás", "美", "🚤", "", "Omar Haddad", "Grace"].map(hueForText);
  expect(found).toEqual(["Anna", "Tomás", "美", "🚤", "", "Omar Haddad", "Grace"].map(hueForText));
  expect(new Set(found).size).toBeGreaterThan(3);
  expect(found.every((hue) => hues.includes(hue))).toBe(true);
});

it.each([
  ["Anna Berger", "AB"],
  ["Anna-Lena de Vries", "AV"],
  ["  mei  ", "M"],
  ["🚤 Boats", "🚤B"],
  ["", "?"],
])("abbreviates %j as %s", (name, initials) => {
  expect(readInitials(name)).toBe(initials);
});

it("takes files by type, ending and size", () => {
  const files = [
    { name: "A.PDF", size: 10, type: "application/pdf" },
    { name: "b.png", size: 10, type: "image/png" },
    { name: "c.png", size: 11, type: "image/png" },
    { name: "d.exe", size: 1, type: "" },
  ];
  const { fitting, refused } = listRefusals(files, { accept: [".pdf", "image/*"], maxBytes: 10 });
  expect(fitting.map(({ name }) => name)).toEqual(["A.PDF", "b.png"]);
  expect(refused).toEqual([
    { name: "c.png", reason: "size" },
    { name: "d.exe", reason: "type" },
  ]);
  expect(listRefusals(files, { accept: [], maxBytes: 100 }).refused).toEqual([]);
});

it.each([
  [0, "0 bytes"],
  [999, "999 bytes"],
  [1000, "1 kB"],
  [1_432_000, "1.4 MB"],
  [25_000_000_000_000, "25,000 GB"],
])("writes %d bytes", (bytes, text) => {
  expect(formatBytes(bytes, "en-GB")).toBe(text);
});

it.each([
  [{ operator: "eq", values: [] }, false],
  [{ operator: "eq", values: [""] }, false],
  [{ operator: "in", values: ["new"] }, true],
  [{ operator: "is_null", values: ["false"] }, true],
] as const)("knows whether the condition %j is complete", (condition, expected) => {
  expect(isComplete({ field: "status", ...condition })).toBe(expected);
});

it.each([
  ["today", "today"],
  ["Yesterday", "yesterday"],
  ["today+7d", "in 7 days"],
  ["today 2w", "in 2 weeks"],
  ["now-1h", "1 hour ago"],
  ["this_week", "this week"],
  ["next_quarter", "next quarter"],
  ["last_30_days", "last 30 days"],
  ["2026-11-27", undefined],
  ["last", undefined],
])("writes the relative date %s as %s", (value, text) => {
  const translate = (message: string, values: object = {}) => [message.split(" ")[0], ...Object.values(values), "days"].join(" ");
  expect(nameRelativeDate(value, "en", translate)).toBe(text);
});
