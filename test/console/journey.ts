import type { KeyModifier } from "../../scripts/browser.ts";
import type { ConsoleDriver } from "./console-driver.ts";

/**
 * The keystroke-level model of Card, Moran and Newell: seconds that an experienced user needs for one key, for pointing at something, and
 * for deciding what to do next.
 */
export const KEY_SECONDS = 0.2;
export const POINT_SECONDS = 1.1;
export const DECISION_SECONDS = 1.35;

/** What a journey costs its user. */
export interface JourneyCost {
  /** Presses of the pointer. */
  readonly clicks: number;
  /** Keys that are commands. A combination counts each of its keys. */
  readonly keys: number;
  /** Fields that are filled, and the keys for their texts. */
  readonly fields: number;
  readonly typed: number;
  /** By the model, without waiting: keys and typed texts, a way of the pointer and a press for each click, a decision for each step and field. */
  readonly seconds: number;
  /** Seconds between an input and what it was waited for. They depend on the machine. */
  readonly waiting: number;
}

/** Drives the console as a user does, and counts. Elements are found by what they say. */
export interface Journey {
  readonly name: string;
  /** The steps so far, in words. */
  readonly steps: readonly string[];
  /** Begins a step: a decision of the user. */
  step(name: string): void;
  /** Presses the button, link, tab or option with this name, with the pointer. It must be in view and not covered. */
  click(name: string): Promise<void>;
  /** Presses what is at the first element that matches. */
  clickAt(selector: string): Promise<void>;
  /** Moves the pointer over the element, which may show more of it. */
  hover(selector: string): Promise<void>;
  /** Drags the element with the pointer over these points of it, as shares of its width and height. It counts as a click. */
  drag(selector: string, points: readonly (readonly [number, number])[]): Promise<void>;
  press(key: string, ...modifiers: readonly KeyModifier[]): Promise<void>;
  /** Types a text into the field with the focus. */
  type(text: string): Promise<void>;
  /** Types into a list that finds its entry by the first letters. Each letter is a key. */
  find(letters: string): Promise<void>;
  /** Presses the arrow until an entry of a list is active: a list takes arrows once its entries are in place. */
  goToOption(): Promise<void>;
  /** Waits until the page shows the words. */
  see(words: string): Promise<void>;
  /** Waits until an expression is true in the page. */
  wait(expression: string): Promise<void>;
  cost(): JourneyCost;
}

/** Whether a day of a timeline has an entry with the words. What is planned stands in a list above those of today. */
export const isOnTimeline = (words: string): string =>
  `[...document.querySelectorAll("ol")].some(({ innerText }) => innerText.includes(${JSON.stringify(words)}))`;

const CONTROLS =
  "button, a[href], input, textarea, label, [role=menuitem], [role=menuitemradio], [role=option], [role=tab], [role=radio], [role=button]";

/** Marks the control with a name: the last one in the document, because layers come after the page. */
const markControl = (name: string): string => `(() => {
  const names = (control) => [control.getAttribute("aria-label"), control.innerText?.trim().split("\\n")[0], control.textContent?.trim()];
  const control = [...document.querySelectorAll(${JSON.stringify(CONTROLS)})].findLast((candidate) =>
    candidate.getClientRects().length > 0 && !candidate.disabled && !candidate.closest("[aria-hidden=true]") && names(candidate).includes(${JSON.stringify(name)}));
  return control !== undefined && mark(control);
})()`;

/**
 * Scrolls to an element and marks it, if nothing lies over its middle: what is there is in the element, or around it, such as the label of an input. Where
 * only the page itself is there, a layer has not appeared yet.
 */
const MARK = `window.mark = (element) => {
  if (!element) return false;
  element.scrollIntoView({ block: "nearest" });
  const { x, y, width, height } = element.getBoundingClientRect();
  const top = document.elementFromPoint(x + width / 2, y + height / 2);
  if (!top || top === document.body || !(element.contains(top) || top.contains(element))) return false;
  for (const former of document.querySelectorAll("[data-journey]")) delete former.dataset.journey;
  element.dataset.journey = "";
  return true;
};
if (!window.hasJourney) {
  window.hasJourney = true;
  for (const type of ["keydown", "pointerdown", "input"])
    addEventListener(type, ({ timeStamp }) => { window.inputTime = timeStamp; window.seenTime = undefined; }, true);
}`;

interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * Marks a control, and returns its middle once it has the same place in two frames: what loads may still move it. All of it happens in one request, because
 * the page may draw the control again between two. Null if the control is no longer there.
 */
const locate = (expression: string): string => `new Promise((resolve) => {
  let last;
  if (!(${expression})) return resolve(null);
  // What the press adds below the control is in view, too.
  document.querySelector("[data-journey]").scrollIntoView({ block: "center" });
  const look = () => {
    if (!(${expression})) return resolve(null);
    const { x, y, width, height } = document.querySelector("[data-journey]").getBoundingClientRect();
    const box = [x, y, width, height].join();
    if (box === last) return resolve({ x: x + width / 2, y: y + height / 2 });
    last = box;
    requestAnimationFrame(look);
  };
  look();
})`;

const MAX_PRESSES = 20;
const IS_OPTION_ACTIVE =
  "document.activeElement.matches('[role=option]') || Boolean(document.activeElement.getAttribute('aria-activedescendant'))";

/** Looks in the next frame but one: a list marks its active entry after it has drawn it, and a second press would move on. */
const IS_OPTION_ACTIVE_SOON = `new Promise((resolve) =>
  requestAnimationFrame(() => requestAnimationFrame(() => resolve(${IS_OPTION_ACTIVE}))))`;

const MAX_TEXT = 1_500;

/** What a person would say of a page on which a journey stops: its address, the element with the focus, and the text of the layer on top. */
const DESCRIBE_PAGE = `(() => {
  const layer = [...document.querySelectorAll("[role=dialog], [role=alertdialog]")].at(-1) ?? document.querySelector("main") ?? document.body;
  return [
    location.pathname + location.search,
    "Focus: " + document.activeElement?.outerHTML.slice(0, 200),
    layer.innerText.slice(0, ${MAX_TEXT}),
    [...document.querySelectorAll("[role=alert], [role=region][aria-label]")].map(({ innerText }) => innerText).join(" | ").slice(0, 300),
  ].join("\\n");
})()`;

export function startJourney({ browser }: ConsoleDriver, name: string): Journey {
  const counts = { clicks: 0, keys: 0, fields: 0, typed: 0 };
  const steps: string[] = [];
  let waiting = 0;
  let isBegun = false;
  /** What the page does before the first act is no part of the journey. */
  const begin = async (): Promise<void> => {
    if (isBegun) return;
    isBegun = true;
    await browser.evaluate(`${MARK}; window.seenTime = undefined; window.inputTime = performance.now()`);
  };
  const waitFor = async (expression: string, words = expression): Promise<void> => {
    await begin();
    const isThere = `(() => { ${MARK}
      const isThere = ${expression};
      if (isThere) window.seenTime ??= performance.now();
      return isThere;
    })()`;
    await browser.waitFor(isThere).catch(async () => {
      const page = await browser.evaluate<string>(DESCRIBE_PAGE);
      throw new Error(`${name}, step “${steps.at(-1)}”, timed out waiting for ${words}\n${page}`);
    });
    // A new document has no input yet: its time begins with the way to it.
    waiting += await browser.evaluate<number>("Math.max(0, window.seenTime - (window.inputTime ?? 0))");
    await browser.evaluate("window.seenTime = undefined; window.inputTime = performance.now()");
  };
  /** Waits for a control, and returns where it is. */
  const findControl = async (expression: string, words: string): Promise<Point> => {
    for (;;) {
      await waitFor(expression, words);
      // A document that is left while it is asked has no answer.
      const point = await browser.evaluate<Point | null>(locate(expression)).catch(() => null);
      if (point) return point;
    }
  };
  const press = async (expression: string, words: string): Promise<void> => {
    counts.clicks++;
    await browser.hoverAt(await findControl(expression, words));
    // The pointer over it may show more, or move it.
    await browser.clickAt(await findControl(expression, words));
  };
  return {
    name,
    steps,
    step: (text) => void steps.push(text),
    click: (control) => press(markControl(control), `the control “${control}”, in view and not covered`),
    clickAt: (selector) =>
      press(`mark(document.querySelector(${JSON.stringify(selector)}))`, `${selector}, in view and not covered`),
    hover: async (selector) => {
      await waitFor(`document.querySelector(${JSON.stringify(selector)}) !== null`);
      await browser.hover(selector);
    },
    drag: async (selector, points) => {
      await waitFor(`document.querySelector(${JSON.stringify(selector)}) !== null`);
      counts.clicks++;
      await browser.drag(selector, points);
    },
    press: async (key, ...modifiers) => {
      await begin();
      counts.keys += 1 + modifiers.length;
      await browser.pressKey(key, ...modifiers);
    },
    type: async (text) => {
      await begin();
      counts.fields++;
      counts.typed += text.length;
      await browser.insertText(text);
    },
    find: async (letters) => {
      await begin();
      for (const letter of letters) {
        counts.keys++;
        await browser.pressKey(letter);
      }
    },
    goToOption: async () => {
      await begin();
      for (let presses = 0; presses < MAX_PRESSES && !(await browser.evaluate<boolean>(IS_OPTION_ACTIVE_SOON)); presses++) {
        counts.keys++;
        await browser.pressKey("ArrowDown");
      }
      await waitFor(IS_OPTION_ACTIVE, "an active entry of a list");
    },
    see: (words) => waitFor(`document.body.innerText.includes(${JSON.stringify(words)})`, `the words “${words}”`),
    wait: (expression) => waitFor(expression),
    cost: () => ({
      ...counts,
      seconds:
        (counts.keys + counts.typed) * KEY_SECONDS +
        counts.clicks * (POINT_SECONDS + KEY_SECONDS) +
        (steps.length + counts.fields) * DECISION_SECONDS,
      waiting: waiting / 1000,
    }),
  };
}
