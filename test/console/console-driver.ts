import { existsSync, readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { type Browser, describeViolation, findViolations } from "../../scripts/browser.ts";

const INSPECTORS = ["inspect-page", "inspect-layout"].map((name) => new URL(`./page/${name}.ts`, import.meta.url));
const CATALOGS = new URL("../../packages/console/src/ui/i18n/", import.meta.url);

/** The sizes of text that the design has, in pixels: meta, tables, body, sections, titles. 28 is the figure of a tile. */
const TEXT_SIZES = [12, 13, 14, 16, 20, 28];

/**
 * A page is complete when all that it asked for is answered, and so many looks in a row find no new request and no placeholder. Looks wait until the
 * page has nothing else to do, so that a slow machine makes them later, and not fewer.
 */
const QUIET_LOOKS = 3;
/** How often a page may be quiet while the server still works on a request. */
const MAX_TRIES = 1_000;

export interface Screen {
  width: number;
  isDark?: boolean;
  /** The language of the browser: English if it is not given. */
  language?: string;
}

/** Narrower screens are used with a finger. */
const PHONE_WIDTH = 768;

/** The smallest sides of targets in pixels: for a mouse (WCAG 2.2) and for a finger. */
const MIN_TARGET = 24;
const MIN_TOUCH_TARGET = 44;

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
  /** Returns one sentence for each fault of what the page looks like. */
  inspect(): Promise<string[]>;
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
  let minTarget = MIN_TARGET;
  const loading = await browser.recordLoading();
  const isQuiet = `new Promise((resolve) => requestIdleCallback(() => {
      const requests = performance.getEntriesByType("resource").length;
      // What is further down, or behind the bar at the foot of a phone, loads when it is scrolled into view.
      const foot = Math.min(innerHeight, document.querySelector("main")?.getBoundingClientRect().bottom ?? innerHeight);
      const busy = [...document.querySelectorAll("[aria-busy=true]")].filter((part) => part.getBoundingClientRect().top < foot).length;
      const state = requests + "|" + location.href + "|" + busy;
      if (window.lastState !== state) { window.lastState = state; window.quietLooks = 0; }
      resolve(document.querySelector("h1, form") !== null && busy === 0 && ++window.quietLooks > ${QUIET_LOOKS});
    }))`;
  const waitUntilComplete = async (): Promise<void> => {
    for (let tries = 0; ; tries++) {
      await browser.waitFor(isQuiet);
      const addresses = loading.addresses();
      if (addresses.length === 0) return;
      if (tries === MAX_TRIES) throw new Error(`The page still loads ${addresses.join(", ")}`);
      await browser.evaluate("window.quietLooks = 0");
    }
  };
  const open = async (path: string): Promise<void> => {
    await browser.open(`${url}${path}`);
    await waitUntilComplete();
  };
  return {
    browser,
    open,
    waitUntilComplete,
    goTo: async (path) => {
      // The router counts entries of the history: without their number, Back cannot be taken back.
      await browser.evaluate(
        `performance.mark("opened"); history.pushState({ __TSR_index: (history.state?.__TSR_index ?? 0) + 1 }, "", ${JSON.stringify(path)}); performance.clearResourceTimings(); true`,
      );
      await waitUntilComplete();
    },
    signIn: async ({ email, password }, path = "/crm/leads") => {
      // The page of the last user could renew its session after the cookies are gone.
      await browser.open("about:blank");
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
    inspect: async () => {
      if (await browser.evaluate<boolean>('typeof inspectPage === "undefined"'))
        for (const file of INSPECTORS)
          await browser.evaluate(`${stripTypeScriptTypes(readFileSync(file, "utf8")).replaceAll("export ", "")}; true`);
      const language = await browser.evaluate<string>("document.documentElement.lang");
      const options = { minTarget, textSizes: TEXT_SIZES, englishMessages: listEnglishMessages(language) };
      return [
        ...(await browser.evaluate<string[]>(`inspectPage(${JSON.stringify(options)})`)),
        ...(await browser.evaluate<string[]>(`inspectLayout({ isEnglish: ${language.startsWith("en")} })`)),
      ];
    },
    findViolations: async () => (await findViolations(browser)).map(describeViolation),
    setScreen: async ({ width, isDark = false, language = "en" }) => {
      await browser.resize(width, 800);
      minTarget = width < PHONE_WIDTH ? MIN_TOUCH_TARGET : MIN_TARGET;
      await browser.setTouch(width < PHONE_WIDTH);
      await browser.setDarkMode(isDark);
      await browser.setUserAgent(await browser.evaluate<string>("navigator.userAgent"), language);
    },
    takeErrors: () => {
      const found = errors.slice(readErrors).filter((error) => !/status of 4\d\d/.test(error));
      readErrors = errors.length;
      return found;
    },
  };
}

/** Returns the messages of the console in English for which the language of a page has other words. */
function listEnglishMessages(locale: string): string[] {
  const file = new URL(`${locale.split("-")[0]}.json`, CATALOGS);
  if (!existsSync(file)) return [];
  const messages = JSON.parse(readFileSync(file, "utf8")) as Record<string, string>;
  return Object.entries(messages).flatMap(([english, text]) => (english === text ? [] : [english]));
}
