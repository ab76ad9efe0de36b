import { isPartAction } from "@crm/console/data/part-actions.ts";
import { checkPeopleText } from "@crm/console/fields/people-text.ts";
import { shortLabel } from "@crm/console/record/action-label.ts";
import type { ServerAnswer } from "../../../scripts/browser.ts";
import { type ActionCase, places } from "./action-cases.ts";
import type { ActionPage } from "./action-page.ts";
import { type Filling, fillRefused, fillRequired } from "./fill-dialog.ts";

/** A refusal tells what is missing. A person corrects it this often at most. */
const MAX_CORRECTIONS = 3;

const findText = (selector: string, text: string): string =>
  `[...document.querySelectorAll(${JSON.stringify(selector)})].findLast((element) => element.getClientRects().length > 0 && (element.innerText.trim() === ${JSON.stringify(text)} || element.getAttribute("aria-label") === ${JSON.stringify(text)}))`;

const menuEntry = (name: string): string => `document.querySelector('[role=menuitem][data-key="${name}"]')`;

/** Opens the dialog of the action from the head of the page, its menu, or the place that it has. */
async function openAction(page: ActionPage, { kind, action }: ActionCase): Promise<void> {
  const { browser } = page.pages;
  const place = places[action.name];
  if (place) {
    if (place.tab) await page.press(findText("[role=tab]", place.tab), `The tab ${place.tab}`);
    await page.pages.waitUntilComplete();
    if (place.button) return page.press(findText("button", place.button), `The button ${place.button}`);
  }
  if (isPartAction(kind, action)) return openPartAction(page, action.name);
  const button = findText("header button", shortLabel(action, kind));
  if (action.primary && (await browser.evaluate<boolean>(`!!(${button})`))) return page.press(button, "The button");
  await page.press(findText("button", "More actions"), "The menu");
  if (!(await page.has(menuEntry(action.name)))) throw new Error("The page does not offer it");
  await page.press(menuEntry(action.name), "The entry of the menu");
}

/** The entries of lists in the record have menus of their own, some in a tab. */
async function openPartAction(page: ActionPage, name: string): Promise<void> {
  const { browser } = page.pages;
  const menus =
    "[...document.querySelectorAll(\"button[aria-label^='Actions of']\")].filter((button) => button.getClientRects().length > 0)";
  const tabs = await browser.evaluate<string[]>('[...document.querySelectorAll("main [role=tab]")].map((tab) => tab.id)');
  for (const tab of [undefined, ...tabs]) {
    if (tab !== undefined) {
      await page.press(`document.getElementById(${JSON.stringify(tab)})`, "A tab");
      await page.pages.waitUntilComplete();
    }
    const count = await browser.evaluate<number>(`${menus}.length`);
    for (let index = 0; index < count; index++) {
      await page.press(`${menus}[${index}]`, "The menu of the entry");
      if (await browser.evaluate<boolean>(`!!(${menuEntry(name)})`)) return page.press(menuEntry(name), "The entry of the menu");
      await browser.pressKey("Escape");
      await page.settle();
    }
  }
  throw new Error("No list of the page offers it");
}

/** An action of an entry that asks nothing has no dialog. */
const runsAtOnce = ({ kind, action }: ActionCase): boolean =>
  isPartAction(kind, action) && action.fields.length === 0 && !action.danger && !action.confirm;

const submitButton = "[...(actionPage.findDialog()?.querySelectorAll('footer button') ?? [])].at(-1)";

/** Whether an answer is that of the action: by its method and the fixed parts of its path. */
function isAnswerOf({ method, url }: ServerAnswer, { action }: ActionCase): boolean {
  const pattern = action.path.replaceAll(/[.*+?^$()|[\]\\]/g, "\\$&").replaceAll(/\{\w+\}/g, "[^/]+");
  return method === action.method && new RegExp(`^${pattern}$`).test(new URL(url).pathname);
}

/** Carries out the action on the page that is open. Returns what the page told. Throws if it fails. */
export async function runAction(page: ActionPage, tested: ActionCase, filling: Filling): Promise<string> {
  await openAction(page, tested);
  await page.pages.waitUntilComplete();
  const isDialog = !runsAtOnce(tested) && (await page.has("actionPage.findDialog()"));
  let answers: ServerAnswer[] = [];
  if (isDialog) {
    for (let corrections = 0; ; corrections++) {
      await fillRequired(page, filling);
      await page.press(submitButton, "The last button of the dialog");
      answers = await page.awaitChange();
      if (answers.some((answer) => isAnswerOf(answer, tested) && answer.status < 300)) break;
      const dialog = await page.readDialog();
      const told = (await page.readToasts()).map(({ text }) => text);
      const refusal = `Refused with ${answers.map(({ status, method, url }) => `${status} ${method} ${new URL(url).pathname}`).join(", ") || "no request"}: ${[...(dialog?.wrong ?? []), ...told].join(" | ").replaceAll(/\s+/g, " ")}`;
      if (corrections === MAX_CORRECTIONS || !dialog || !(await fillRefused(page, filling))) throw new Error(refusal);
    }
  } else {
    answers = await page.awaitChange();
    const toasts = await page.readToasts();
    if (!answers.some((answer) => isAnswerOf(answer, tested) && answer.status < 300))
      throw new Error(`No dialog, and ${JSON.stringify(answers)} ${JSON.stringify(toasts)}`);
  }
  return checkOutcome(page, isDialog);
}

/** After an action its dialog has closed, and the page told what happened in words for people. */
async function checkOutcome(page: ActionPage, isDialog: boolean): Promise<string> {
  const dialog = await page.readDialog();
  if (dialog) throw new Error(`The dialog stays open: ${dialog.text.replaceAll(/\s+/g, " ").slice(0, 200)}`);
  const toasts = await page.readToasts();
  const failed = toasts.find(({ isError }) => isError);
  if (failed) throw new Error(`The page tells: ${failed.text}`);
  const text = toasts.at(-1)?.text ?? "";
  if (isDialog && text === "") throw new Error("The page does not tell what happened");
  const faults = text === "" ? [] : checkPeopleText(text);
  if (faults.length > 0) throw new Error(`“${text}” ${faults.join(", ")}`);
  return text;
}
