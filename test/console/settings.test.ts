import { describe, expect, test } from "vitest";
import { addEvent, nameEvent } from "../../packages/console/src/pages/messaging/outbound-webhook/webhook-rules.ts";
import {
  buildAuditQuery,
  buildLine,
  describeOperation,
  type FieldChange,
  formatChangedValue,
  isUntitled,
  listFieldChanges,
  nameActor,
  nameUntitledRecord,
} from "../../packages/console/src/pages/platform/audit/audit-rules.ts";
import {
  filterByPermission,
  listKindSettings,
  listSettings,
  searchSettings,
} from "../../packages/console/src/pages/platform/settings/setting-list.ts";
import {
  buildTenantChange,
  findFieldError,
  flattenTenant,
  listTenantConflicts,
} from "../../packages/console/src/pages/platform/tenant/organization-rules.ts";
import { findLevel, listResources } from "../../packages/console/src/pages/platform/user/role-rules.ts";
import { buildHandover, handoverKinds, listUserActions } from "../../packages/console/src/pages/platform/user/user-rules.ts";
import { describeConditions, listConditionIds } from "../../packages/console/src/pages/sales/territory/territory-rules.ts";
import {
  buildFieldBody,
  deriveFieldName,
  dropOption,
} from "../../packages/console/src/records/custom-field/custom-field-rules.ts";
import {
  addSection,
  buildLayoutBody,
  moveFields,
  moveSection,
  moveToSection,
  removeSection,
  renameSection,
  toEntries,
  toSections,
} from "../../packages/console/src/records/custom-field/layout-rules.ts";
import { partOf } from "../support/part-of.ts";

/** Fills in the values of a message, as the catalog does. Plurals stay as they are. */
const t = (message: string, values: Readonly<Record<string, unknown>> = {}): string =>
  message.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));

describe("the index of settings", () => {
  test("offers what the permissions allow, and the profile to all", () => {
    expect(filterByPermission(listSettings(t), []).map(({ id }) => id)).toEqual(["profile"]);
    expect(filterByPermission(listSettings(t), ["team:manage", "audit:read"]).map(({ id }) => id)).toEqual([
      "teams",
      "audit",
      "profile",
    ]);
  });

  test.each([
    ["quiet", ["messages"]],
    ["TOKEN", ["api-keys"]],
    ["logo", ["brand"]],
    ["nothing of the kind", []],
  ])("finds %s", (query, ids) => expect(searchSettings(listSettings(t), query).map(({ id }) => id)).toEqual(ids));

  test("lists the kinds that no other setting shows", () => {
    const kind = (name: string) => ({ kind: name, label: name, labels: `${name}s`, href: `/crm/${name}s` });
    const kinds = [kind("user"), kind("quote_template"), kind("workflow"), kind("playbook")];
    expect(listKindSettings(kinds, listSettings(t)).map(({ id }) => id)).toEqual(["playbook", "quote_template"]);
  });

  test("names each setting once, with a sentence", () => {
    const settings = listSettings(t);
    expect(new Set(settings.map(({ id }) => id)).size).toBe(settings.length);
    expect(settings.filter(({ description = "" }) => !/\.$/.test(description))).toEqual([]);
  });
});

describe("the organization", () => {
  const settings = {
    timezone: "UTC",
    letterhead: { sender: ["Lagoon"], footer: null },
    quiet_hours: { from: "20:00", to: "08:00" },
    stop_words: [],
  };
  const tenant = partOf<Parameters<typeof flattenTenant>[0]>({ name: "Lagoon", settings });

  test("is flat in the form", () =>
    expect(flattenTenant(tenant)).toMatchObject({
      name: "Lagoon",
      "settings.timezone": "UTC",
      "settings.letterhead.sender": ["Lagoon"],
      "settings.quiet_hours.from": "20:00",
    }));

  test.each([
    [{ name: "Bay" }, { name: "Bay" }],
    [{ "settings.timezone": "Asia/Tokyo" }, { settings: { timezone: "Asia/Tokyo" } }],
    [{ "settings.letterhead.footer": "HRB 1" }, { settings: { letterhead: { sender: ["Lagoon"], footer: "HRB 1" } } }],
    [{ "settings.message_cap.messages": 3 }, { settings: { message_cap: { messages: 3, days: 7 } } }],
    [{ "settings.message_cap.messages": null, "settings.message_cap.days": 5 }, { settings: { message_cap: null } }],
  ])("sends %o", (changes, body) => expect(buildTenantChange(tenant, changes)).toEqual(body));

  test("reports a field that two people changed to different values", () => {
    const seen = { name: "A", zone: "UTC" };
    expect(listTenantConflicts(seen, { name: "B", zone: "UTC" }, { name: "C", zone: "CET" })).toEqual(["name"]);
    expect(listTenantConflicts(seen, { name: "C", zone: "UTC" }, { name: "C" })).toEqual([]);
  });

  test("finds errors of parts of a list", () => {
    const errors = { "settings.letterhead.sender[1]": "Too long" };
    expect(findFieldError(errors, "settings.letterhead.sender")).toBe("Too long");
    expect(findFieldError(errors, "settings.letterhead")).toBeUndefined();
  });
});

describe("users", () => {
  test.each([
    ["ACTIVE", false, ["end-sessions", "reset-factor", "suspend", "deactivate"]],
    ["ACTIVE", true, ["end-sessions", "reset-factor"]],
    ["PENDING_ACTIVATION", false, ["invite", "deactivate"]],
    ["SUSPENDED", false, ["activate", "reset-factor"]],
  ])("who are %s (self: %s) can be changed so", (status, isSelf, actions) =>
    expect(listUserActions(status, isSelf)).toEqual(actions),
  );

  test("hand over what is open", () => {
    const [lead] = handoverKinds;
    if (!lead) throw new Error("There are no kinds");
    expect(buildHandover(lead, "usr_1", "usr_2")).toEqual({
      kind: "lead",
      action: "update",
      query: { owner: "usr_1", is_converted: false },
      changes: { owner_id: "usr_2" },
    });
  });
});

describe("roles", () => {
  const admin = { role: "ADMIN", permissions: ["lead:read", "lead:write", "lead:delete", "api_key:manage", "presence:read"] };
  const analyst = { role: "ANALYST", permissions: ["lead:read", "presence:read"] };
  const [lead, key] = listResources([admin, analyst]);

  test("name things with their actions, seeing first", () => {
    expect(lead).toEqual({ name: "lead", actions: ["read", "write", "delete"] });
    expect(listResources([admin, analyst])).toHaveLength(2);
  });

  test("have a level of each", () => {
    if (!lead || !key) throw new Error("Resources are missing");
    expect([findLevel(lead, admin), findLevel(lead, analyst), findLevel(key, analyst)]).toEqual(["all", "read", "none"]);
    expect(findLevel(lead, { role: "USER", permissions: ["lead:read", "lead:write"] })).toBe("part");
  });
});

describe("webhooks", () => {
  const kinds = [{ kind: "lead", labels: "Leads" }];

  test.each([
    ["*", "All events"],
    ["lead.created", "Leads: created"],
    ["lead.*", "Leads: everything"],
    ["lead.converted", "Leads: converted"],
    ["boat.sunk", "Boat: sunk"],
  ])("name %s", (pattern, text) => expect(nameEvent(pattern, kinds, t)).toBe(text));

  test.each([
    [["lead.created", "deal.created"], "lead.*", ["deal.created", "lead.*"]],
    [["lead.*"], "lead.created", ["lead.*"]],
    [["lead.*"], "*", ["*"]],
    [["*"], "lead.*", ["*"]],
    [[], "lead.created", ["lead.created"]],
  ])("%o with %s are %o", (events, added, result) => expect(addEvent(events, added)).toEqual(result));
});

describe("custom fields", () => {
  test.each([
    ["Boat length", "boat_length"],
    ["  Länge (m) ", "laenge_m"],
    ["2. Kennung", "kennung"],
    ["船の長さ", "field"],
    ["", ""],
    ["x".repeat(80), "x".repeat(63)],
  ])("derive the name of %s", (label, name) => expect(deriveFieldName(label)).toBe(name));

  test("derive another name for a second label without Latin letters", () => {
    expect(deriveFieldName("船籍港", ["boat_length"])).toBe("field");
    expect(deriveFieldName("造船所", ["field", "field_2"])).toBe("field_3");
  });

  test("retire options that records may have, and remove new ones", () => {
    const options = [
      { code: "a", label: "A", is_retired: false },
      { label: "B", is_retired: false },
    ];
    expect(dropOption(options, 0)[0]).toEqual({ code: "a", label: "A", is_retired: true });
    expect(dropOption(options, 1)).toHaveLength(1);
  });

  test("send what differs", () => {
    const stored = {
      field_label: "Berth",
      field_type: "choice" as const,
      picklist_values: [{ code: "n", label: "N", is_retired: false }],
    };
    const values = { ...stored, field_label: "Dock", reference_kind: null, section: "", help_text: "" };
    const full = { ...stored, reference_kind: null, section: null, help_text: null };
    expect(buildFieldBody(values, partOf(full))).toEqual({ field_label: "Dock" });
    expect(buildFieldBody({ ...values, field_type: "text" })).toMatchObject({ picklist_values: null, section: null });
  });
});

describe("layouts", () => {
  const sections = [
    { name: "key", label: null, fields: ["a", "b"] },
    { name: "more", label: "More", fields: ["c"] },
  ];
  const entries = toEntries(sections, ["a", "b", "c", "d"]);
  const names = (list: typeof entries) => toSections(list).map(({ name, fields }) => `${name}: ${fields.join()}`);

  test("are a list and groups again", () => {
    expect(entries.at(-1)?.id).toBe("d");
    expect(toSections(entries)).toEqual(sections);
  });

  test.each([
    ["a field into another group", moveFields(entries, ["a"], { id: "c", isAfter: true }), ["key: b", "more: c,a"]],
    [
      "a field before the first group",
      moveFields(entries, ["c"], { id: "section key", isAfter: false }),
      ["key: c,a,b", "more: "],
    ],
    ["a field by the menu", moveToSection(entries, "d", "key"), ["key: a,b,d", "more: c"]],
    ["a field out of sight", moveToSection(entries, "c", "hidden fields"), ["key: a,b", "more: "]],
    ["a group up", moveSection(entries, "more", -1), ["more: c", "key: a,b"]],
    ["a group beyond the end", moveSection(entries, "more", 1), ["key: a,b", "more: c"]],
    ["a new group", addSection(entries, "New"), ["key: a,b", "more: c", "group_1: "]],
    ["no group", removeSection(entries, "key"), ["more: c"]],
  ])("have %s", (_, list, result) => expect(names(list)).toEqual(result));

  test("keep every field", () => expect(removeSection(entries, "key")).toHaveLength(entries.length - 1));

  test("rename groups", () => expect(toSections(renameSection(entries, "key", "First"))[0]?.label).toBe("First"));

  test("send parts of the default only if they changed", () => {
    const layout = { sections, primary: ["a"], columns: ["a"], card: [], tabs: [] };
    const after = { ...layout, primary: ["b"] };
    expect(buildLayoutBody({ version: 0, source: "default", layout }, after)).toEqual({ primary: ["b"] });
    expect(buildLayoutBody({ version: 2, source: "tenant", layout }, after)).toEqual(after);
  });
});

describe("territories", () => {
  const rule = {
    rules: [
      {
        name: "North",
        territory: "ter_1",
        when: { countries: ["cou_1"], postal_codes: ["24", { from: "10", to: "14" }], min_employees: 50 },
      },
    ],
    otherwise: null,
  };

  test("say when they apply", () => {
    expect(listConditionIds(rule)).toEqual([{ id: "cou_1", master: "countries" }]);
    expect(describeConditions(rule.rules[0]?.when ?? {}, new Map([["cou_1", "Germany"]]), t)).toEqual([
      "Country: Germany",
      "Postal code: 24…, 10–14",
      "At least 50 employees",
    ]);
    expect(describeConditions({}, new Map(), t)).toEqual(["All records"]);
  });
});

describe("the audit trail", () => {
  const field = (name: string, more: object = {}) => ({
    name,
    label: name.toUpperCase(),
    type: "text" as const,
    read_only: false,
    ...more,
  });
  const options = { locale: "en", timeZone: "UTC", currency: "EUR", t };

  test("has the last day in full, and changes of people unless asked for others", () => {
    const toInstant = (day: string) => `${day}T00:00:00Z`;
    expect(buildAuditQuery({ user: "usr_1", from: "2026-02-27", to: "2026-02-28" }, toInstant)).toEqual({
      "actor_type[in]": "user,api_key",
      user_id: "usr_1",
      "changed_at[gte]": "2026-02-27T00:00:00Z",
      "changed_at[lt]": "2026-03-01T00:00:00Z",
    });
    expect(buildAuditQuery({ by: "system" }, toInstant)).toEqual({ "actor_type[in]": "system" });
    expect(buildAuditQuery({ by: "automations" }, toInstant)).toEqual({ "actor_type[in]": "automation" });
    expect(buildAuditQuery({ by: "all" }, toInstant)).toEqual({});
  });

  const work = { kind: "workflow", id: "wfl_1", title: "Welcome" };
  test.each([
    ["a user", { user_id: "usr_1", actor_type: "user" }, "Anna", "Anna"],
    ["a user who was removed", { user_id: "usr_1", actor_type: "user" }, undefined, "A user"],
    ["an API key", { user_id: "key_1", actor_type: "api_key" }, undefined, "An API key"],
    ["bookkeeping after a user", { user_id: "usr_1", actor_type: "system" }, "Anna", "System"],
    ["an API key with a name", { user_id: "key_1", actor_type: "api_key" }, "Zapier", "Zapier"],
    ["a sign-up", { user_id: "system:auth", actor_type: "system" }, undefined, "Sign-up"],
    ["work that has no name", { user_id: "system:customer-health", actor_type: "system" }, undefined, "System"],
    ["a form", { user_id: "form:frm_1", actor_type: "system" }, undefined, "Forms"],
    ["a job", { user_id: "system:import", actor_type: "system" }, undefined, "Imports"],
    ["a workflow for a user", { user_id: "usr_1", actor_type: "automation", work }, "Anna", "Workflow “Welcome” for Anna"],
    [
      "a workflow that is gone",
      { user_id: "usr_1", actor_type: "automation", work: { ...work, title: null } },
      "Anna",
      "Workflow for Anna",
    ],
    ["a workflow of the system", { user_id: "system:workflows", actor_type: "system", work }, undefined, "Workflow “Welcome”"],
  ] as const)("names %s", (_, entry, userName, expected) =>
    expect(nameActor({ work: null, ...entry }, { userName, kinds: [{ kind: "workflow", label: "Workflow" }] }, t)).toBe(expected),
  );

  test("names a bulk change, which has no title, by who made it, where another record refers to it", () => {
    const kind = { kind: "bulk_change", label: "Bulk change", title: "{id}" };
    expect([isUntitled(kind), isUntitled({ title: "" }), isUntitled({ title: "{name}" })]).toEqual([true, true, false]);
    expect(nameUntitledRecord(kind, { expanded: { created_by: { name: "Anna" } } }, t)).toBe("Bulk change for Anna");
    expect(nameUntitledRecord(kind, {}, t)).toBe("Bulk change");
  });

  test.each([
    ["INSERT", [], "Created"],
    ["UPDATE", ["company"], "Changed"],
    ["UPDATE", ["deleted_at"], "Restored"],
    ["DELETE", ["deleted_at"], "Deleted"],
  ] as const)("calls %s of %s %s", (operation, changed, label) =>
    expect(describeOperation({ operation, changed: [...changed] }, t).label).toBe(label),
  );

  test("lists fields of the schema, those that people write first, and each custom field by itself", () => {
    const entry = {
      operation: "UPDATE",
      changed: ["total", "company", "version", "status_changed_at", "slot", "empty", "custom_fields"],
      old_values: { total: 1, company: "A", slot: "x", custom_fields: { size: 1, color: "red" } },
      new_values: { total: 2, company: "B", slot: "y", custom_fields: { size: 2, color: "red" } },
      unknown: ["company"],
    } as const;
    const fields = [
      field("total", { read_only: true }),
      ...["company", "version", "status_changed_at", "empty", "custom_fields.size"].map((name) => field(name)),
    ];
    const changes = listFieldChanges(partOf(entry), partOf(fields));
    expect(changes.map(({ name, before, after, isUnknown }) => [name, before, after, isUnknown])).toEqual([
      ["company", "A", "B", true],
      ["custom_fields.size", 1, 2, false],
      ["total", 1, 2, false],
    ]);
  });

  test("writes values as records have them, and amounts without a currency that the entry does not have", () => {
    const write = (more: object, value: unknown, values: object = {}) =>
      formatChangedValue(
        { name: "f", field: field("f", more) } as unknown as FieldChange,
        value,
        { names: new Map([["usr_1", "Anna"]]), values: values as Record<string, unknown> },
        options,
      );
    expect(write({ type: "reference" }, "usr_1")).toBe("Anna");
    expect(write({ type: "reference" }, "usr_01kjp8w20000000097")).toBe("–");
    expect(write({ type: "money", currency_field: "currency" }, "10.00")).toBe("10");
    expect(write({ type: "money", currency_field: "currency" }, "10.00", { currency: "USD" })).toContain("USD");
    expect(write({ type: "boolean" }, false)).toBe("No");
    expect(write({}, null)).toBe("–");
    expect(write({ type: "date" }, "2026-02-27")).toBe("Feb 27, 2026");
  });

  test("writes a value from before its field had another type as it is", () => {
    const write = (type: string, value: unknown) =>
      formatChangedValue(
        { name: "f", field: field("f", { type }) } as unknown as FieldChange,
        value,
        { names: new Map(), values: {} },
        options,
      );
    expect(["date", "instant", "number", "money"].map((type) => write(type, "soon"))).toEqual(["soon", "soon", "soon", "soon"]);
    expect(write("date", "usr_01kjp8w20000000097")).toBe("–");
  });

  test("has three fields in a line, with values that are short", () => {
    const build = (name: string, before: unknown, more: object = {}) =>
      ({
        name,
        label: name,
        field: field(name, more),
        before,
        after: "new",
        isUnknown: false,
        ...more,
      }) as unknown as FieldChange;
    const changes = [build("a", "old"), build("b", "long ".repeat(20)), build("c", "x", { isUnknown: true }), build("d", "old")];
    expect(buildLine(changes, (_, value) => String(value))).toEqual({
      parts: [
        { name: "a", label: "a", values: ["old", "new"] },
        { name: "b", label: "b" },
        { name: "c", label: "c" },
      ],
      moreCount: 1,
    });
  });
});
