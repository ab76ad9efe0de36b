import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import type { ServerAnswer } from "../../../scripts/browser.ts";
import type { ConsoleDriver } from "../console-driver.ts";
import type { DialogInput } from "./dialog-input.ts";

const SCRIPT = new URL("../page/dialog-inputs.ts", import.meta.url);

/** Drives the page of a record and the dialogs over it, with the pointer and the keyboard. */
export interface ActionPage {
  readonly pages: ConsoleDriver;
  /** Presses the element of an expression. Throws if a person could not. */
  press(expression: string, name: string): Promise<void>;
  /** Whether an element is on the page. */
  has(expression: string, frames?: number): Promise<boolean>;
  listInputs(): Promise<DialogInput[]>;
  readDialog(): Promise<{ text: string; wrong: string[] } | undefined>;
  readToasts(): Promise<{ text: string; isError: boolean }[]>;
  /** Opens an address with a new document, and forgets the answers so far. The page of a job that runs stays busy. */
  open(path: string, isRunning?: boolean): Promise<void>;
  /** Goes to an address inside of the page, as a link does. */
  goTo(path: string): Promise<void>;
  /** Says that the form is the page itself, or a dialog again. */
  setFormPage(isOn: boolean): Promise<void>;
  /** Waits until the page has loaded what it shows. */
  complete(): Promise<void>;
  /** Waits until the server has answered a change, and the page has shown it. Returns its answers since the last call. */
  awaitChange(): Promise<ServerAnswer[]>;
  /** Waits until the server has answered what the page has sent. */
  awaitRequests(): Promise<void>;
  /** Lets the page show what follows from an input. */
  settle(): Promise<void>;
  /** Runs the jobs that the server has begun. */
  runJobs(): Promise<void>;
}

/** So many frames are enough for what opens at once. */
const FRAMES = 90;

/** Waits for an expression a number of frames. Returns its last value. */
const waitInPage = (expression: string, isDone: string, frames = FRAMES): string => `new Promise((resolve) => {
  let left = ${frames};
  const look = () => {
    const value = ${expression};
    if (((value) => ${isDone})(value) || left-- <= 0) return resolve(value);
    requestAnimationFrame(look);
  };
  look();
})`;

export async function driveActions(pages: ConsoleDriver, url: string, runJobs: () => Promise<void>): Promise<ActionPage> {
  const { browser } = pages;
  const answers = await browser.recordAnswers();
  let read = 0;
  let isBusy = false;
  const script = `${stripTypeScriptTypes(readFileSync(SCRIPT, "utf8")).replaceAll("export ", "")}`;
  const call = async <T>(expression: string): Promise<T> => {
    if (await browser.evaluate<boolean>('typeof actionPage === "undefined"'))
      await browser.evaluate(`(() => { ${script}
 window.actionPage = actionPage; return true; })()`);
    return browser.evaluate<T>(expression);
  };
  const settle = async (): Promise<void> => {
    await browser.evaluate("new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve(true))))");
  };
  const complete = (): Promise<void> => (isBusy ? settle() : pages.waitUntilComplete());
  const listChanges = (end = answers.length): ServerAnswer[] =>
    answers
      .slice(read, end)
      .filter(({ method, url }) => method !== "GET" && !url.includes("/batch/read") && !url.includes("/auth/"));
  const awaitRequests = async (): Promise<void> => {
    await settle();
    while (listChanges().some(({ status }) => status === undefined)) await settle();
  };
  return {
    pages,
    settle,
    runJobs,
    press: async (expression, name) => {
      const reason = await call<string>(waitInPage(`actionPage.markTarget(${expression})`, 'value === ""'));
      if (reason !== "") throw new Error(`${name} ${reason}`);
      await browser.hover("[data-target]");
      await browser.click("[data-target]");
      await settle();
    },
    has: (expression, frames) => call<boolean>(waitInPage(`!!(${expression})`, "value", frames)),
    listInputs: () => call("actionPage.listInputs()"),
    readDialog: () => call("actionPage.readDialog()"),
    readToasts: () => call("actionPage.readToasts()"),
    open: async (path, isRunning = false) => {
      isBusy = isRunning;
      // What the page sends by itself counts.
      read = answers.length;
      if (isRunning) await browser.evaluate("location.href = 'about:blank'; true");
      await (isRunning ? browser.open(url + path) : pages.open(path));
      if (isRunning) await browser.waitFor('location.href !== "about:blank" && document.querySelector("h1") !== null');
    },
    goTo: pages.goTo,
    setFormPage: async (isOn) => {
      await call(`actionPage.setFormPage(${isOn})`);
    },
    complete,
    awaitRequests,
    awaitChange: async () => {
      await awaitRequests();
      await call(waitInPage("document.querySelector('[data-pending]') === null", "value"));
      await complete();
      // What the page has sent meanwhile is read with its answer by the next call.
      const end = answers.findIndex(({ status }, index) => index >= read && status === undefined);
      const found = listChanges(end < 0 ? answers.length : end);
      read = end < 0 ? answers.length : end;
      return found;
    },
  };
}
