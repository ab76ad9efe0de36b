import { shortLabel } from "@crm/console/api/action-label.ts";
import { isPartAction } from "@crm/console/api/part-actions.ts";
import { checkPeopleText } from "@crm/console/input/fields/people-text.ts";
import type { ServerAnswer } from "../../../scripts/browser.ts";
import type { ActionCase } from "./action-cases.ts";
import type { ActionPage } from "./action-page.ts";
import { type ActionStep, places } from "./action-places.ts";
import { type Filling, fillChange, fillRefused, fillRequired } from "./fill-dialog.ts";

/** The code of a dialog may load when it opens. */
const DIALOG_FRAMES = 900;

/** A request that the page sends a little later comes within so many looks. */
const MAX_LOOKS = 12;

/** A refusal tells what is missing. A person corrects it this often at most. */
const MAX_CORRECTIONS = 3;

const CONTROLS =
  "button, a[href], input[type=checkbox], [role=link], [role=option], [role=tab], [role=menuitem], [role=radio], label";

const LAYER_CONTROLS = "[role=dialog] button, [role=alertdialog] button, [role=menu] [role=menuitem]";

/** Finds the control with a text or label: the last one in view, because layers come after the page. */
const findText = (
  selector: string,
  text: string,
): string => `[...document.querySelectorAll(${JSON.stringify(selector)})].findLast((element) => {
  const labels = (element.getAttribute("aria-labelledby") ?? "").split(" ").map((id) => document.getElementById(id)?.innerText ?? "");
  const text = element.innerText.trim();
  const names = [element.getAttribute("aria-label"), text, text.split("\\n")[0], labels.join(" ").trim()];
  return element.getClientRects().length > 0 && !element.closest("nav") && !element.disabled && ${JSON.stringify(text.split("|"))}.some((wanted) =>
    names.some((name) => name === wanted || (wanted.endsWith("…") && name?.startsWith(wanted.slice(0, -1)))));
})`;

const menuEntry = (name: string): string => `document.querySelector('[role=menuitem][data-key="${name}"]')`;

/** Finds an input by its label. */
const findInput = (
  label: string,
  place = -1,
): string => `[...document.querySelectorAll("input, textarea, [contenteditable=true]")].filter((input) =>
  input.getClientRects().length > 0 &&
  [input.getAttribute("aria-label"), input.getAttribute("placeholder"), ...(input.getAttribute("aria-labelledby") ?? "").split(" ").map((id) => document.getElementById(id)?.innerText), ...[...(input.labels ?? [])].map(({ innerText }) => innerText.split("\\n")[0])].includes(${JSON.stringify(label)})).at(${place})`;

/** Chooses a file with the content, as the dialog of the browser would. */
const chooseFile = (content: string): string => `(() => {
  const input = [...document.querySelectorAll("input[type=file]")].at(-1);
  const chosen = new DataTransfer();
  chosen.items.add(new File([${JSON.stringify(content)}], "rows.csv", { type: "text/csv" }));
  input.files = chosen.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
  return true;
})()`;

/** Does one step of the way to an action. */
async function takeStep(page: ActionPage, step: ActionStep): Promise<void> {
  if (typeof step === "string")
    return page.press(step.startsWith(">") ? findText(LAYER_CONTROLS, step.slice(1)) : findText(CONTROLS, step), `“${step}”`);
  if ("goTo" in step) return page.goTo(step.goTo);
  if ("runJobs" in step) return page.runJobs();
  const { browser } = page.pages;
  if ("file" in step) return void (await browser.evaluate(chooseFile(step.file)));
  if ("key" in step) return browser.pressKey(step.key);
  await page.press(findInput(step.into, step.place), `The input “${step.into}”`);
  await browser.evaluate("document.activeElement.select?.(); true");
  await browser.insertText(step.write);
}

/** Opens the dialog of the action from the head of the page, its menu, or the place that it has. */
async function openAction(page: ActionPage, tested: ActionCase, entry: number): Promise<void> {
  const { kind, action } = tested;
  const { browser } = page.pages;
  const place = places[action.name];
  if (place && (place.steps.length > 0 || place.isDirect || place.isForm)) {
    for (const [index, step] of place.steps.entries()) {
      await takeStep(page, step);
      const next = place.steps[index + 1];
      // The page of a job that runs stays busy.
      await (typeof next === "object" && "runJobs" in next ? page.awaitRequests() : page.complete());
    }
    return;
  }
  if (isPartAction(kind, action)) return openPartAction(page, tested, entry);
  const button = findText("header button", shortLabel(action, kind));
  if (action.primary && (await browser.evaluate<boolean>(`!!(${button})`))) return page.press(button, "The button");
  await page.press(findText("button", "More actions"), "The menu");
  if (!(await page.has(menuEntry(action.name)))) throw new Error("The page does not offer it");
  await page.press(menuEntry(action.name), "The entry of the menu");
}

/** The entries of lists in the record have menus of their own, in a tab with the name of the list or beside the record. */
async function openPartAction(page: ActionPage, { kind, action }: ActionCase, index: number): Promise<void> {
  const list = /\{id\}\/([\w-]+)\//.exec(action.path)?.[1] ?? "";
  const label =
    kind.fields.find(({ name }) => name === list.replaceAll("-", "_"))?.label ??
    kind.tabs.find(({ name }) => name === list)?.label;
  const tab = findText("main [role=tab]", label ?? list);
  if (await page.pages.browser.evaluate<boolean>(`!!(${tab})`)) {
    await page.press(tab, `The tab ${label}`);
    await page.complete();
  }
  const menus = `[...document.querySelectorAll("section[aria-label=${JSON.stringify(label).replaceAll('"', "'")}] button[aria-label^='Actions of']")]`;
  if (!(await page.has(`${menus}[${index}]`))) throw new Error(`The list ${label} offers nothing`);
  await page.press(`${menus}[${index}]`, "The menu of the entry");
  if (!(await page.has(menuEntry(action.name)))) throw new Error("The entry does not offer it");
  await page.press(menuEntry(action.name), "The entry of the menu");
}

/** An action of an entry that asks nothing has no dialog. */
const runsAtOnce = ({ kind, action }: ActionCase): boolean => {
  const place = places[action.name];
  if (place) return place.isDirect === true;
  return isPartAction(kind, action) && action.fields.length === 0 && !action.danger && !action.confirm;
};

const submitButton = "[...(actionPage.findDialog()?.querySelectorAll('footer button') ?? [])].at(-1)";

/** Whether an answer is that of the action: by its method and the fixed parts of its path. */
function isAnswerOf({ method, url }: ServerAnswer, { action }: ActionCase): boolean {
  const pattern = action.path.replaceAll(/[.*+?^$()|[\]\\]/g, "\\$&").replaceAll(/\{\w+\}/g, "[^/]+");
  return method === action.method && new RegExp(`^${pattern}$`).test(new URL(url).pathname);
}

/** A change of an entry begins with its values, and something must differ. */
const isChange = ({ kind, action }: ActionCase): boolean =>
  ["PATCH", "PUT"].includes(action.method) && (isPartAction(kind, action) || action.name in places);

async function submitDialog(page: ActionPage, { action }: ActionCase): Promise<void> {
  const { after } = places[action.name] ?? {};
  if (after === undefined) return page.press(submitButton, "The last button of the dialog");
  for (const step of after) {
    await page.press(findText(CONTROLS, step), `“${step}”`);
    await page.complete();
  }
}

const isDone = ({ status = 0 }: ServerAnswer): boolean => status >= 200 && status < 300;

/** Carries out the action on the page that is open: of a list, on the entry with this place. Returns what the page told. Throws if it fails. */
export async function runAction(page: ActionPage, tested: ActionCase, filling: Filling, entry: number): Promise<string> {
  const { isForm = false } = places[tested.action.name] ?? {};
  await openAction(page, tested, entry);
  await page.complete();
  await page.setFormPage(isForm);
  const isDialog = !runsAtOnce(tested) && (await page.has("actionPage.findDialog()", DIALOG_FRAMES));
  let answers: ServerAnswer[] = [];
  if (isDialog) {
    for (let corrections = 0; ; corrections++) {
      await fillRequired(page, filling);
      if (corrections === 0 && isChange(tested)) await fillChange(page, filling);
      await submitDialog(page, tested);
      answers = await page.awaitChange();
      if (answers.some((answer) => isAnswerOf(answer, tested) && isDone(answer))) break;
      const dialog = await page.readDialog();
      const told = (await page.readToasts()).map(({ text }) => text);
      const refusal = `Refused with ${answers.map(({ status, method, url }) => `${status} ${method} ${new URL(url).pathname}`).join(", ") || "no request"}: ${[...(dialog?.wrong ?? []), ...told].join(" | ").replaceAll(/\s+/g, " ")}`;
      if (corrections === MAX_CORRECTIONS || !dialog || !(await fillRefused(page, filling))) throw new Error(refusal);
    }
  } else {
    // A page may send it a little later, once its code is there or the user stops typing.
    for (let looks = 0; looks < MAX_LOOKS && !answers.some((answer) => isAnswerOf(answer, tested)); looks++)
      answers.push(...(await page.awaitChange()));
    const toasts = await page.readToasts();
    if (!answers.some((answer) => isAnswerOf(answer, tested) && isDone(answer)))
      throw new Error(`No dialog, and ${JSON.stringify(answers)} ${JSON.stringify(toasts)}`);
  }
  await page.setFormPage(false);
  if (tested.action.answer && (await page.has('actionPage.findDialog()?.querySelector("dl")'))) {
    const { text } = (await page.readDialog()) ?? { text: "" };
    await page.press(submitButton, "The button that closes the answer");
    return text;
  }
  return places[tested.action.name]?.staysOpen ? "" : checkOutcome(page, tested, isDialog);
}

const LOCAL_MAIL = "This server sends no mail.";

/** After an action its dialog has closed, and the page told what happened in words for people. */
async function checkOutcome(page: ActionPage, { action }: ActionCase, isDialog: boolean): Promise<string> {
  const place = places[action.name];
  const dialog = await page.readDialog();
  // A server that sends no mail shows the link instead.
  if (dialog?.text.includes(LOCAL_MAIL)) {
    await page.press(submitButton, "The button that closes the answer");
    return "";
  }
  if (dialog) throw new Error(`The dialog stays open: ${dialog.text.replaceAll(/\s+/g, " ").slice(0, 200)}`);
  const toasts = await page.readToasts();
  const failed = toasts.find(({ isError }) => isError);
  if (failed) throw new Error(`The page tells: ${failed.text}`);
  const text = toasts.at(-1)?.text ?? "";
  if (isDialog && text === "" && !place) throw new Error("The page does not tell what happened");
  const faults = text === "" ? [] : checkPeopleText(text);
  if (faults.length > 0) throw new Error(`“${text}” ${faults.join(", ")}`);
  return text;
}
