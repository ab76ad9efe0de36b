import { type Condition, listConditionFields, matchesCondition } from "@crm/console/api/condition.ts";
import type { Action, Field, Kind } from "@crm/console/api/kind.ts";
import {
  type BulkChange,
  buildSelectionQuery,
  buildTarget,
  canUndo,
  changeTags,
  findOwnerField,
  findTagField,
  formatReason,
  isSharedField,
  listSharedActions,
  renameErrors,
  runForEach,
} from "@crm/console/records/rows/bulk-rules.ts";
import { listChangedValues } from "@crm/console/records/rows/changed-values.ts";
import { describe, expect, it } from "vitest";
import "./register-pages.ts";
import { partOf } from "../support/part-of.ts";

const field = (name: string, more: object = {}) => ({ name, label: name, type: "text", editable: true, ...more }) as Field;

it("takes the filters of a list, and not its order", () => {
  expect(buildSelectionQuery({ "lead_status_id[in]": "new,lost", sort: "-created_at", search: "acme" })).toEqual({
    "lead_status_id[in]": "new,lost",
    search: "acme",
  });
  const custom = { "custom_fields.size[in]": "3,5", "custom_fields.town": "Bern", company: "Acme" };
  const conditions = [{ "custom_fields.size": { in: ["3", "5"] } }, { "custom_fields.town": { eq: "Bern" } }];
  expect(buildSelectionQuery(custom)).toEqual({ company: "Acme", where: { and: conditions } });
  expect(buildSelectionQuery({ ...custom, where: { or: [] } })).toMatchObject({ where: { and: [{ or: [] }, ...conditions] } });
  expect(buildTarget({ ids: ["led_1"], count: 1 })).toEqual({ ids: ["led_1"] });
  // Without a filter: all records that the user sees.
  expect(buildTarget({ query: {}, count: 9 })).toEqual({ query: {} });
});

it.each([
  ["company", {}, true],
  ["read_only", { editable: false }, false],
  ["last_name", {}, false],
  ["related_to_id", { type: "reference", type_field: "related_to_type" }, false],
  ["tags", { format: "tags" }, false],
])("offers the field %s for many records: %j %s", (name, more, isShared) => {
  expect(isSharedField(field(name, more), { title: "{first_name} {last_name}" })).toBe(isShared);
});

it("finds the owner and the tags, if the user may change them", () => {
  const owner = field("assigned_to_id", { type: "reference", record: "user" });
  const fields = [field("owner_id", { record: "user", editable: false }), owner, field("labels", { format: "tags" })];
  expect([findOwnerField({ fields })?.name, findTagField({ fields })?.name]).toEqual(["assigned_to_id", "labels"]);
  expect([findOwnerField({ fields: [field("owner_id", { record: "team" })] }), findTagField({ fields: [] })]).toEqual([
    undefined,
    undefined,
  ]);
});

it("runs on many only actions that concern one record, take one input for all, and apply to one of the chosen at least", () => {
  const action = (name: string, more: object = {}) =>
    partOf<Action>({
      name,
      on: "record",
      method: "POST",
      path: `/api/v1/leads/{id}/${name}`,
      confirm: false,
      fields: [],
      ...more,
    });
  const actions = [
    action("setLeadStatus", { method: "PATCH", fields: [{ name: "lead_status_id", type: "master", required: true }] }),
    action("assignTicket", { fields: [{ name: "assigned_to_id", type: "reference", record: "user", required: true }] }),
    action("convertLead", { enabled_when: { is_converted: { eq: false } } }),
    action("reopenLead", { enabled_when: { is_converted: { eq: true } } }),
    action("mergeContacts", { fields: [{ name: "merged_id", type: "reference", record: "contact", required: true }] }),
    action("applyTicketMacro", { fields: [{ name: "macro_id", type: "reference", record: "ticket_macro", required: true }] }),
    action("addLeadItem"),
    action("watchTicket"),
    action("revokeLinks", { confirm: true }),
    action("assignLeads", { on: "collection" }),
    action("updateLeadItem", { path: "/api/v1/leads/{id}/items/{item_id}" }),
    action("deleteDraft", { method: "DELETE" }),
    action("linkLead", { fields: [{ name: "lead_id", type: "reference", record: "lead", required: true }] }),
  ];
  const kind = partOf<Kind>({ actions, fields: [] });
  const names = (records: readonly Record<string, unknown>[]) => listSharedActions(kind, records).map(({ name }) => name);
  expect(names([{ is_converted: false }])).toEqual(["setLeadStatus", "assignTicket", "convertLead", "applyTicketMacro"]);
  expect(names([{ is_converted: false }, { is_converted: true }])).toEqual([
    ...["setLeadStatus", "assignTicket", "convertLead", "reopenLead", "applyTicketMacro"],
  ]);
  expect(names([])).toEqual([]);
});

it("adds and removes tags without regard to case, and keeps the order", () => {
  expect(changeTags(["VIP", "old", "b"], ["vip", "new"], ["OLD"])).toEqual(["VIP", "b", "new"]);
  expect(changeTags(["a"], ["A"], ["a"])).toEqual(["A"]);
});

it("names the fields of the form in errors, and labels in reasons", () => {
  expect(renameErrors({ "changes.email": "no", "changes.custom_fields.badge": "no", add_tags: "no" })).toEqual({
    ...{ email: "no", "custom_fields.badge": "no", add_tags: "no" },
  });
  const fields = [field("tags", { label: "Tags" })];
  const details = [
    { field: "tags[3]", message: "Too long" },
    { field: "secret", message: "Required" },
  ];
  expect(formatReason({ message: "Validation failed", details }, fields)).toBe("Tags: Too long; Required");
  expect(formatReason({ message: "Not found", details: [] }, fields)).toBe("Not found");
});

it.each([
  [{}, true],
  [{ status: "cancelled" }, true],
  [{ status: "running" }, false],
  [{ action: "undo" }, false],
  [{ dry_run: true }, false],
  [{ done: 0 }, false],
  [{ undone_by_id: "blk_2" }, false],
])("can take back a change that is %j: %s", (more, expected) => {
  const change = { status: "completed", action: "update", dry_run: false, done: 3, undone_by_id: null, ...more };
  expect(canUndo(change as BulkChange)).toBe(expected);
});

it("runs work for each id once, some at a time, until it is stopped", async () => {
  const ids = Array.from({ length: 10 }, (_, index) => String(index));
  const begun: string[] = [];
  let running = 0;
  let most = 0;
  const work = async (id: string): Promise<void> => {
    begun.push(id);
    most = Math.max(most, ++running);
    await Promise.resolve();
    running--;
  };
  await runForEach(ids, work, { parallel: 3, isStopped: () => false });
  expect([begun, most]).toEqual([ids, 3]);
  begun.length = 0;
  await runForEach(ids, work, { parallel: 3, isStopped: () => begun.length >= 4 });
  expect(begun).toEqual(["0", "1", "2", "3"]);
});

describe("conditions of layouts", () => {
  const condition: Condition = {
    or: [{ status: { in: ["RECEIVED"] } }, { status: { eq: "APPROVED" }, case_type: { in: ["REFUND"] } }],
  };

  it.each([
    ["RECEIVED", "RETURN", true],
    ["APPROVED", "REFUND", true],
    ["APPROVED", "RETURN", false],
    ["REQUESTED", "REFUND", false],
  ])("with alternatives: %s and %s is %s", (status, case_type, isMet) => {
    expect(matchesCondition(condition, { status, case_type })).toBe(isMet);
  });

  it("name their fields", () => {
    expect(listConditionFields(condition)).toEqual(["status", "status", "case_type"]);
    expect(listConditionFields(undefined)).toEqual([]);
  });
});

describe("what an action changed", () => {
  const options = { locale: "en", timeZone: "UTC", currency: "EUR", t: (message: string) => message };
  const fields = [field("subject"), field("assigned_to_id", { type: "reference" }), field("updated_at", { editable: false })];
  const before = { subject: "Rope", assigned_to_id: "usr_1", updated_at: "1" };

  it.each([
    ["nothing", before, []],
    ["a value", { ...before, subject: "Buoy" }, ["subject: Buoy"]],
    ["a record that is named by an id", { ...before, assigned_to_id: "usr_2" }, ["assigned_to_id"]],
    ["what the server sets", { ...before, updated_at: "2" }, []],
    ["an answer without the record", {}, []],
  ])("lists %s", (_, after, expected) => {
    expect(listChangedValues(before, after, fields, options)).toEqual(expected);
  });
});
