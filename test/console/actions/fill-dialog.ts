import type { Field } from "@crm/console/api/kind.ts";
import { listPartFields } from "@crm/console/api/value-text.ts";
import { partOf } from "../../support/part-of.ts";
import type { ActionPage } from "./action-page.ts";
import type { DialogInput } from "./dialog-input.ts";

/** Fills the inputs of a dialog: what is required first, and then what a refusal names. */

type Input = Readonly<Record<string, unknown>>;

export interface Filling {
  readonly fields: readonly Field[];
  /** A valid input of the action. Its values are chosen where the dialog asks for them. */
  readonly input: Input;
  /** Today in the app, as the API has dates. */
  readonly today: string;
}

const dialogInput = ({ number }: DialogInput): string => `document.querySelector('[data-input="${number}"]')`;

/** Finds the field of an input by the labels on the way to it, and its value. */
function findField(
  fields: readonly Field[],
  input: unknown,
  [label, ...rest]: readonly string[],
): { field?: Field; value?: unknown } {
  const field = fields.find((candidate) => candidate.label === label);
  if (!field) return {};
  const known = (input as Input | null | undefined)?.[field.name];
  const value = rest.length > 0 && Array.isArray(known) ? known[0] : known;
  return rest.length > 0 ? findField(listPartFields(field), value, rest) : { field, value };
}

const writeText = ({ type, name, format, max_length = 50, multiple }: Field, label: string): string => {
  if (multiple) return "Harbour,";
  if (type === "email") return "grace@navy.example";
  if (type === "url") return "https://navy.example/harbour";
  if (type === "phone") return "+4915112345678";
  if (type === "integer" || type === "number" || type === "money" || format === "percent") return "1";
  if (format === "time" || name.endsWith("time")) return "09:30";
  return `${label} by hand`.slice(0, max_length);
};

const isText = (value: unknown): boolean => typeof value === "string" || typeof value === "number";

const RECORD_ID = /^[a-z]{3}_[0-9a-z]{18,}$/;

/** Fills one input with the value, or with what a person would choose. */
async function fillInput(
  page: ActionPage,
  found: DialogInput,
  { fields, input, today }: Filling,
  isChanged = false,
): Promise<void> {
  const { browser } = page.pages;
  const name = found.path.join(" › ");
  const { field = partOf<Field>({ name: "", label: name, type: "text", required: true }), value } = findField(
    fields,
    input,
    found.path,
  );
  const control = dialogInput(found);
  switch (found.kind) {
    case "checkbox":
      return page.press(`${control}?.closest("label")`, name);
    case "list":
      return page.press(control, `The button that adds ${name}`);
    case "select":
    case "combobox":
      await page.press(control, name);
      return chooseOption(page, name, listOptionKeys(field, value));
    case "reference":
      await page.press(control, name);
      return chooseOption(page, name, listOptionKeys(field, value), true);
    case "date":
      return typeDate(page, found, typeof value === "string" ? value : `${today}T12:00:00.000Z`);
    case "text": {
      await page.press(control, name);
      await browser.evaluate(`${control}?.select?.(); true`);
      if (isText(value) && RECORD_ID.test(String(value))) throw new Error(`${name} asks for an id`);
      const text = isChanged
        ? await writeOther(page, control, field, name)
        : isText(value)
          ? String(value)
          : Array.isArray(value)
            ? `${value.join(",")},`
            : writeText(field, name);
      return browser.insertText(text);
    }
  }
}

/** An option has the id of the record, or the code of the value. */
function listOptionKeys({ choices = [] }: Field, value: unknown): string[] {
  const values = [value].flat().filter(isText).map(String);
  return [
    ...values,
    ...choices.filter(({ id, code }) => values.includes(String(id)) || values.includes(code)).map(({ code }) => code),
  ];
}

async function chooseOption(page: ActionPage, name: string, keys: readonly string[], isSearch = false): Promise<void> {
  const byKey = `[...document.querySelectorAll("[role=option]")].find((option) => ${JSON.stringify(keys)}.includes(option.dataset.key))`;
  const choices = "[role=option]:not([data-key=create]):not([aria-disabled=true])";
  const first = `(document.querySelector("${choices}:not([aria-selected=true])") ?? document.querySelector("${choices}"))`;
  if (!(await page.has(first))) throw new Error(`${name} has no choices`);
  if (isSearch) await page.settle();
  await page.press(
    keys.length > 0 && (await page.pages.browser.evaluate<boolean>(`!!(${byKey})`)) ? byKey : first,
    `A choice of ${name}`,
  );
  // A list of several choices stays open.
  if (await page.pages.browser.evaluate<boolean>('document.querySelector("[role=listbox]") !== null'))
    await page.pages.browser.pressKey("Escape");
  await page.settle();
}

/** Types a date, and a time of the day where there is one, into its segments. */
async function typeDate(page: ActionPage, { number }: DialogInput, value: string): Promise<void> {
  const { browser } = page.pages;
  const parts: Readonly<Record<string, string>> = {
    year: value.slice(0, 4),
    month: value.slice(5, 7),
    day: value.slice(8, 10),
    hour: "10",
    minute: "00",
    dayPeriod: "A",
  };
  const group = `document.querySelector('[data-input="${number}"]').closest("[role=group], [data-rac]").parentElement`;
  const types = await browser.evaluate<string[]>(
    `[...${group}.querySelectorAll("[role=spinbutton]")].map((segment) => segment.dataset.type)`,
  );
  for (const [index, type] of types.entries()) {
    await browser.evaluate(`${group}.querySelectorAll("[role=spinbutton]")[${index}].focus(); true`);
    for (const letter of parts[type] ?? "") await browser.insertText(letter);
  }
  await page.settle();
}

const key = ({ path, kind }: DialogInput): string => `${kind} ${path.join(" › ")}`;

/** So many inputs have no dialog. */
const MAX_INPUTS = 60;

/** Fills what is required and empty, one input after the other: each may show others. */
export async function fillRequired(page: ActionPage, filling: Filling): Promise<void> {
  for (let count = 0; count < MAX_INPUTS; count++) {
    const inputs = await page.listInputs();
    // A single input without a note is what the dialog is about.
    const isNeeded = ({ isRequired, kind }: DialogInput): boolean =>
      kind !== "checkbox" && (isRequired || (inputs.length === 1 && kind === "reference"));
    const next = inputs.find((found) => isNeeded(found) && found.isEmpty);
    if (!next) return;
    await fillInput(page, next, filling);
    const after = (await page.listInputs()).find((input) => key(input) === key(next));
    if (after?.isEmpty) throw new Error(`${key(next)} stays empty`);
  }
}

/** Writes a text that differs from the value, because a save without a change sends nothing. */
async function writeOther({ pages: { browser } }: ActionPage, control: string, field: Field, label: string): Promise<string> {
  const isNumber = await browser.evaluate<boolean>(`["numeric", "decimal"].includes(${control}?.inputMode)`);
  const text = isNumber ? "1" : writeText(field, label);
  return text === "1" && (await browser.evaluate<boolean>(`Number(${control}?.value) === 1`)) ? "2" : text;
}

/** Changes one value of an entry: a number or a text if there is one, else a choice. */
export async function fillChange(page: ActionPage, filling: Filling): Promise<void> {
  const inputs = await page.listInputs();
  const typeFor = ({ path }: DialogInput): string => findField(filling.fields, {}, path).field?.type ?? "";
  const plain = inputs.filter(({ kind, path }) => kind === "text" && path.length === 1);
  const changed =
    plain.find((input) => ["integer", "number", "money"].includes(typeFor(input))) ??
    plain.at(-1) ??
    inputs.find(({ kind }) => kind === "select" || kind === "checkbox");
  if (changed) await fillInput(page, changed, filling, true);
}

/** After a refusal: fills what it names, or else what a valid input has. Returns whether there was anything to fill. */
export async function fillRefused(page: ActionPage, filling: Filling): Promise<boolean> {
  const more =
    '[...(actionPage.findDialog()?.querySelectorAll("button") ?? [])].find((button) => button.innerText === "Show all fields")';
  if (await page.pages.browser.evaluate<boolean>(`!!(${more})`)) await page.press(more, "Show all fields");
  const inputs = await page.listInputs();
  const isKnown = ({ path }: DialogInput): boolean => {
    const { value } = findField(filling.fields, filling.input, path);
    return value !== undefined && value !== null;
  };
  const wrong = inputs.filter(({ isWrong }) => isWrong);
  const chosen = wrong.length > 0 ? wrong : inputs.filter((input) => input.isEmpty && isKnown(input));
  for (const input of chosen) {
    const now = (await page.listInputs()).find((other) => key(other) === key(input));
    if (now) await fillInput(page, now, filling);
  }
  return chosen.length > 0;
}
