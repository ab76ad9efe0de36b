import type { ActionField } from "@crm/console/api/action-fields.ts";
import { menuLabel } from "@crm/console/api/action-label.ts";
import type { Field, Kind } from "@crm/console/api/kind.ts";
import { writeHelp } from "@crm/console/input/fields/help-text.ts";
import { hasFormInput } from "@crm/console/input/fields/part-rules.ts";
import { checkLabel, checkPeopleText, checkWords } from "@crm/console/input/fields/people-text.ts";
import { listInputs, omitHiddenInputs, orderInputs } from "@crm/console/records/record/action-inputs.ts";
import { placedActions } from "@crm/console/records/record/placed-actions.ts";
import { listSharedActions } from "@crm/console/records/rows/bulk-rules.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { signUp, startTestApp } from "../support/app.ts";
import { findException, listCases } from "./actions/action-cases.ts";
import { formatException, readActionsPage, SUCCEEDED } from "./actions/actions-page.ts";
import "./register-pages.ts";

/** Texts and inputs of the dialogs of all actions of all kinds, as an administrator gets them. */
let app: App;
let kinds: readonly Kind[];
beforeAll(async () => {
  app = await startTestApp();
  const { admin } = await signUp(app);
  kinds = (await admin.getSchema()).data.kinds;
});
afterAll(() => app.stop());

/** Lists fields and those of the objects in them. The id of an object is no input. */
const listParts = (fields: readonly Field[]): readonly Field[] =>
  fields.filter(({ name }) => name !== "id").flatMap((field) => [field, ...listParts((field.fields ?? []) as Field[])]);

it("have an input for each value that the action requires", () => {
  const missing = kinds.flatMap(({ kind, actions }) =>
    actions
      .filter(({ on }) => on === "record")
      .flatMap(({ name, fields }) =>
        (fields as Field[])
          .filter((field) => field.required && !hasFormInput(field))
          .map((field) => `${kind} ${name}: ${field.name}`),
      ),
  );
  expect(missing).toEqual([]);
});

/** Ids of other systems, which people know. The dialogs of merges and workflows search the others. */
const typedIds: ReadonlySet<string> = new Set([
  ...["transaction_id", "buyer_tax_id", "platform_user_id", "platform_page_id"],
  ...["merged_id", "record_id"],
]);

it("ask for no id that only programs know", () => {
  const ids = kinds.flatMap(({ kind, actions }) =>
    actions
      .filter(({ on, name }) => on === "record" && !placedActions.has(name))
      .flatMap(({ name, fields }) =>
        fields
          .filter((field) => field.type === "text" && /_ids?$/.test(field.name) && field.item_of === undefined)
          .filter((field) => !typedIds.has(field.name))
          .map((field) => `${kind} ${name}: ${field.name}`),
      ),
  );
  expect(ids).toEqual([]);
});

/** More letters of a menu's entry are cut. */
const MAX_MENU_LETTERS = 44;

it("are not cut in the menu of selected records", () => {
  const labels = kinds.flatMap((kind) => {
    // Any record: what a status allows does not matter here.
    const actions = kind.actions.map((action) => ({ ...action, enabled_when: undefined }));
    return listSharedActions({ ...kind, actions }, [{}]).map((action) => menuLabel(action, kind));
  });
  expect(labels).toContain("Assign to an agent");
  expect(labels.filter((label) => label.length > MAX_MENU_LETTERS)).toEqual([]);
});

it("have an input for each list of records", () => {
  const dropped = kinds.flatMap(({ kind, actions }) =>
    actions.flatMap((action) => {
      const lists = (action.fields as Field[]).filter(({ type, multiple }) => type === "reference" && multiple);
      const inputs = listInputs(action, {}, {}).map(({ name }) => name);
      return lists.filter(({ name }) => !inputs.includes(name)).map(({ name }) => `${kind} ${action.name}: ${name}`);
    }),
  );
  expect(dropped).toEqual([]);
});

it("are all in the list of what was carried out", () => {
  const cases = listCases(kinds);
  const expected = cases.map((tested) => {
    const reason = findException(tested, cases);
    return {
      kind: tested.kind.kind,
      action: tested.action.name,
      result: reason === undefined ? SUCCEEDED : formatException(reason),
    };
  });
  const sortKey = ({ kind, action }: { kind: string; action: string }): string => `${kind} ${action}`;
  const sort = <T extends { kind: string; action: string }>(rows: T[]): T[] =>
    rows.toSorted((one, other) => (sortKey(one) < sortKey(other) ? -1 : 1));
  expect(sort(readActionsPage())).toEqual(sort(expected));
});

it("are written for people", () => {
  const findings = kinds.flatMap(({ kind, actions }) =>
    actions.flatMap(({ name, title, help, done, fields }) => {
      const texts = [title, help, done, ...fields.map((field) => field.help)].filter((text) => text !== undefined);
      return texts.flatMap((text) => checkPeopleText(text).map((reason) => `${kind} ${name}: “${text}” ${reason}`));
    }),
  );
  expect(findings).toEqual([]);
});

it("have labels that are no names of the API", () => {
  const findings = kinds.flatMap(({ label, labels, layout, actions }) => {
    const inputs = actions.filter(({ on }) => on === "record").flatMap(({ fields }) => listParts(fields as Field[]));
    const named = [label, labels, ...layout.sections.map((section) => section.label), ...inputs.map((input) => input.label)];
    return named.flatMap((text) => checkLabel(text).map((reason) => `“${text}” ${reason}`));
  });
  expect([...new Set(findings)]).toEqual([]);
});

it("leave out what descriptions of fields say to developers", () => {
  const shown = kinds.flatMap(({ fields }) =>
    fields.flatMap(({ help, create_help }) => [help, create_help].flatMap((text) => (text && writeHelp(text)) ?? [])),
  );
  expect(shown.filter((text) => checkWords(text).length > 0)).toEqual([]);
  expect(shown.length).toBeGreaterThan(100);
});

it("sends no suggestion for an input that does not apply to the record", () => {
  const input = (name: string, more: object = {}) => ({ name, label: name, type: "text", ...more }) as ActionField;
  const inputs = [input("send_at"), input("subject", { visible_when: { channel: { eq: "email" } } })];
  const send = (channel: string): string[] => {
    const values = { channel, send_at: "2027-01-01", subject: "" };
    return Object.keys(omitHiddenInputs(values, inputs, orderInputs(inputs, values, values, values)));
  };
  expect([send("sms"), send("email")]).toEqual([
    ["channel", "send_at"],
    ["channel", "send_at", "subject"],
  ]);
});
