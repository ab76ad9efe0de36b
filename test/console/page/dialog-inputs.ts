import type { DialogInput, InputKind } from "../actions/dialog-input.ts";

/**
 * Reads the dialog that is open as a person does: by labels and by what is in view. The driver of the actions runs these functions in the page
 * (`test/console/actions/action-dialog.ts`).
 */

/** Set while the form of an action is the page, and not a dialog. */
let isFormPage = false;

const setFormPage = (isOn: boolean): boolean => {
  isFormPage = isOn;
  return true;
};

/** The dialog on top: toasts have the same role, but no form. */
function findDialog(): HTMLElement | undefined {
  const dialog = [...document.querySelectorAll<HTMLElement>("[role=dialog], [role=alertdialog]")].findLast(
    (layer) => layer.querySelector("form, footer") !== null,
  );
  return dialog ?? (isFormPage ? (document.querySelector("main") ?? undefined) : undefined);
}

const CONTROLS =
  "input:not([type=hidden]), textarea, [contenteditable=true]:not([role=spinbutton]), button[aria-haspopup=listbox], button[aria-haspopup=dialog][aria-labelledby], [role=spinbutton]";

const readKind = (control: Element, field: Element): InputKind => {
  if (control.matches("[role=spinbutton]")) return "date";
  if (control.matches("input[type=checkbox]")) return "checkbox";
  if (control.matches("[role=combobox]")) return "combobox";
  if (control.matches("[aria-haspopup=listbox]")) return field.querySelector("[role=combobox]") ? "combobox" : "select";
  return control.matches("[aria-haspopup=dialog]") ? "reference" : "text";
};

function isEmptyInput(kind: InputKind, control: Element, field: Element): boolean {
  if (kind === "text" && field.querySelector("button[aria-label^=Remove]")) return false;
  if (kind === "text" && control.matches("[contenteditable]")) return (control as HTMLElement).textContent.trim() === "";
  if (kind === "text" || kind === "combobox") return (control as HTMLInputElement).value === "";
  if (kind === "select") return control.querySelector("[data-placeholder]") !== null;
  if (kind === "date") return field.querySelector("[role=spinbutton][data-placeholder]") !== null;
  if (kind === "checkbox") return !(control as HTMLInputElement).checked;
  // The chosen entries of a list of records are tags below the search.
  return (
    field.querySelector("button[aria-label^=Clear]") === null &&
    (field.nextElementSibling?.querySelector("button[aria-label^=Remove]") ?? null) === null
  );
}

/** The label of a control, which is not in it: that of HTML, or the one that screen readers get. */
function findLabel(control: HTMLElement): HTMLElement | undefined {
  const group = control.matches("[role=spinbutton]") ? control.closest("[role=group]") : control;
  const labels = [...((control as HTMLInputElement).labels ?? [])];
  const named = (group?.getAttribute("aria-labelledby") ?? "").split(" ").flatMap((id) => document.getElementById(id) ?? []);
  return [...labels, ...named].find((label) => !control.contains(label));
}

/** The element around a control and its label. */
function findField(control: Element, label: Element): Element | undefined {
  for (let element = control.parentElement; element; element = element.parentElement) if (element.contains(label)) return element;
  return undefined;
}

function readLabel(label: HTMLElement): { text: string; isRequired: boolean } {
  // The note that a field is required stands in the label or beside it.
  const spans = [
    ...label.querySelectorAll<HTMLElement>(":scope > span"),
    ...(label.parentElement?.querySelectorAll<HTMLElement>(":scope > span") ?? []),
  ];
  const text = label.querySelector<HTMLElement>(".wrap-anywhere") ?? label;
  return {
    text: text.textContent.trim(),
    isRequired: spans.some((span) => span.textContent.trim() === "required"),
  };
}

const readLegend = (group: Element): { text: string; isRequired: boolean } => {
  const legend = group.querySelector(":scope > legend") as HTMLElement | null;
  const text = legend?.childNodes[0]?.textContent?.trim() ?? "";
  return { text, isRequired: legend?.textContent.endsWith("required") === true };
};

/** Lists the inputs of the dialog, and gives each a number. Hidden controls of others are left out. */
function listInputs(): DialogInput[] {
  const dialog = findDialog();
  for (const marked of document.querySelectorAll<HTMLElement>("[data-input]")) delete marked.dataset.input;
  if (!dialog) return [];
  const seen = new Set<Element>();
  const inputs: DialogInput[] = [];
  const groups = (element: Element): string[] => {
    const texts: string[] = [];
    for (let group = element.parentElement?.closest("fieldset"); group; group = group.parentElement?.closest("fieldset"))
      texts.unshift(readLegend(group).text);
    return texts;
  };
  for (const control of dialog.querySelectorAll<HTMLElement>(CONTROLS)) {
    if (control.closest("[aria-hidden=true], [data-react-aria-prevent-focus]") || (control as HTMLInputElement).disabled)
      continue;
    if (control.getClientRects().length === 0 && !control.matches("input[type=checkbox]")) continue;
    const label = findLabel(control);
    const field = label && findField(control, label);
    if (!label || !field || seen.has(label)) continue;
    seen.add(label);
    const { text, isRequired } = readLabel(label);
    const kind = readKind(control, field);
    const number = inputs.length;
    control.dataset.input = String(number);
    const isWrong =
      field.querySelector("[data-invalid], .text-danger, [aria-invalid=true]") !== null || control.matches("[aria-invalid=true]");
    inputs.push({
      number,
      kind,
      path: [...groups(control), text],
      isRequired,
      isEmpty: isEmptyInput(kind, control, field),
      isWrong,
    });
  }
  for (const group of dialog.querySelectorAll<HTMLElement>("fieldset")) {
    const add = [...group.querySelectorAll<HTMLElement>(":scope > span > button")].find((button) =>
      button.textContent.startsWith("Add "),
    );
    if (!add) continue;
    const number = inputs.length;
    add.dataset.input = String(number);
    const { text, isRequired } = readLegend(group);
    const isEmpty = group.querySelector(":scope > div") === null;
    const isWrong = group.querySelector(":scope > .text-danger") !== null;
    inputs.push({ number, kind: "list", path: [...groups(group), text], isRequired, isEmpty, isWrong });
  }
  return inputs;
}

/** What the dialog says beside its inputs: its messages, or undefined if it has closed. */
function readDialog(): { text: string; wrong: string[] } | undefined {
  const dialog = findDialog();
  if (!dialog) return undefined;
  const wrong = [...dialog.querySelectorAll<HTMLElement>(".text-danger, [role=alert]")].map((message) =>
    message.textContent.trim(),
  );
  return { text: dialog.textContent, wrong: [...new Set(wrong.filter(Boolean))] };
}

/** What the toasts at the foot say. */
const readToasts = (): { text: string; isError: boolean }[] =>
  [...document.querySelectorAll<HTMLElement>("[data-rac][role=alertdialog]:not(:has(form))")].map((toast) => ({
    text: toast.querySelector("[slot=title]")?.textContent ?? "",
    isError: toast.querySelector(".text-danger") !== null,
  }));

/** Marks the control for a press, if it can be pressed: it is in view, and nothing lies over it. Else says why not. */
function markTarget(target: HTMLElement | null | undefined): string {
  if (!target) return "is not on the page";
  target.scrollIntoView({ block: "nearest" });
  const { x, y, width, height } = target.getBoundingClientRect();
  const top = document.elementFromPoint(x + width / 2, y + height / 2);
  if (!top || !(target.contains(top) || top.contains(target) || target.closest("label")?.contains(top)))
    return `is covered by ${top?.outerHTML.slice(0, 120) ?? "nothing"}`;
  for (const former of document.querySelectorAll<HTMLElement>("[data-target]")) delete former.dataset.target;
  target.dataset.target = "";
  return "";
}

export const actionPage = { findDialog, setFormPage, listInputs, readDialog, readToasts, markTarget };
