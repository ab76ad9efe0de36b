import type { Field, Kind } from "@crm/console/data/kind.ts";
import { writeHelp } from "@crm/console/fields/help-text.ts";
import { hasFormInput } from "@crm/console/fields/part-rules.ts";
import { checkLabel, checkPeopleText, checkWords } from "@crm/console/fields/people-text.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { signUp, startTestApp } from "../support/app.ts";

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
