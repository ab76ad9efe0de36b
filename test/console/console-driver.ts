import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { type Browser, describeViolation, findViolations } from "../../scripts/browser.ts";

const INSPECTOR = new URL("./page/inspect-page.ts", import.meta.url);

/** The sizes of text that the design has, in pixels: meta, tables, body, sections, titles. 28 is the figure of a tile. */
const TEXT_SIZES = [12, 13, 14, 16, 20, 28];

/** A page is complete when so many looks in a row find no new request and no placeholder. */
const QUIET_LOOKS = 3;

export interface Screen {
  width: number;
  isDark?: boolean;
}

/** Narrower screens are used with a finger. */
const PHONE_WIDTH = 768;

/** A browser that uses the console as a person does. */
export interface ConsoleDriver {
  readonly browser: Browser;
  /** Opens the address with a new document. */
  open(path: string): Promise<void>;
  /** Goes to the address inside of the page, as a link does. */
  goTo(path: string): Promise<void>;
  signIn(user: { email: string; password: string }, path?: string): Promise<void>;
  /** Waits until the page has loaded what it shows. */
  waitUntilComplete(): Promise<void>;
  /** Waits until the page shows the words. */
  see(words: string): Promise<void>;
  /** Presses the button with this text or label. */
  press(name: string): Promise<void>;
  /** Returns one sentence for each fault of what the page looks like. `minTarget` is 24 pixels, or 44 for fingers. */
  inspect(minTarget?: number): Promise<string[]>;
  /** Returns axe's findings. */
  findViolations(): Promise<string[]>;
  /** Shows the pages that are opened from now on as on a screen, or on a phone. */
  setScreen(screen: Screen): Promise<void>;
  /** Returns the errors of the page since the last call. Refusals that a page expects are not among them. */
  takeErrors(): string[];
}

export async function driveConsole(browser: Browser, url: string): Promise<ConsoleDriver> {
  const errors = await browser.recordErrors();
  let readErrors = 0;
  const waitUntilComplete = (): Promise<void> =>
    browser.waitFor(`(() => {
      const requests = performance.getEntriesByType("resource").length;
      const state = requests + "|" + location.href + "|" + document.querySelectorAll("[aria-busy=true]").length;
      if (window.lastState !== state) { window.lastState = state; window.quietLooks = 0; }
      return document.querySelector("h1, form") !== null && document.querySelector("[aria-busy=true]") === null
        && ++window.quietLooks > ${QUIET_LOOKS};
    })()`);
  const open = async (path: string): Promise<void> => {
    await browser.open(`${url}${path}`);
    await waitUntilComplete();
  };
  return {
    browser,
    open,
    waitUntilComplete,
    goTo: async (path) => {
      await browser.evaluate(`history.pushState(null, "", ${JSON.stringify(path)}); performance.clearResourceTimings(); true`);
      await waitUntilComplete();
    },
    signIn: async ({ email, password }, path = "/crm/leads") => {
      await browser.clearCookies();
      await browser.open(`${url}${path}`);
      await browser.waitFor("document.querySelector('input[type=password]') !== null");
      await browser.type("input[type=email]", email);
      await browser.type("input[type=password]", password);
      await browser.pressKey("Enter");
      await browser.waitFor("document.querySelector('nav') !== null");
      await waitUntilComplete();
    },
    see: (words) => browser.waitFor(`document.body.innerText.includes(${JSON.stringify(words)})`),
    press: (name) =>
      browser.evaluate(
        `[...document.querySelectorAll("button, [role=menuitem], [role=tab]")].find((button) =>
          button.innerText.trim() === ${JSON.stringify(name)} || button.getAttribute("aria-label") === ${JSON.stringify(name)}).click()`,
      ),
    inspect: async (minTarget = 24) => {
      if (await browser.evaluate<boolean>('typeof inspectPage === "undefined"'))
        await browser.evaluate(`${stripTypeScriptTypes(readFileSync(INSPECTOR, "utf8")).replaceAll("export ", "")}; true`);
      return browser.evaluate<string[]>(`inspectPage(${JSON.stringify({ minTarget, textSizes: TEXT_SIZES })})`);
    },
    findViolations: async () => (await findViolations(browser)).map(describeViolation),
    setScreen: async ({ width, isDark = false }) => {
      await browser.resize(width, 800);
      await browser.setTouch(width < PHONE_WIDTH);
      await browser.setDarkMode(isDark);
    },
    takeErrors: () => {
      const found = errors.slice(readErrors).filter((error) => !/status of 4\d\d/.test(error));
      readErrors = errors.length;
      return found;
    },
  };
}
