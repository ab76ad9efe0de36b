import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Browser, describeViolation, findViolations, hasBrowser, startBrowser } from "../../scripts/browser.ts";
import { buildConsole } from "./build.ts";
import { serveBuild } from "./static-server.ts";

/** The page of components, with all their states, in a real browser under the content security policy of the console. */

const HEIGHT = 800;
const MAX_FONT_SIZES = 5;
const MIN_TARGET = 24;

/** Sizes of the fonts of visible texts, in pixels. */
const FONT_SIZES = `[...new Set([...document.querySelectorAll("body *")]
  .filter((element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== "") && element.checkVisibility())
  .map((element) => getComputedStyle(element).fontSize))]`;

/** What is clicked and is smaller than a finger's or a trembling hand's target. Links in a sentence are as high as its lines. */
const SMALL_TARGETS = `[...document.querySelectorAll("button, a[href], [role=tab], [role=option], [role=menuitem], label, input:not([type=file])")]
  .filter((element) => element.checkVisibility() && getComputedStyle(element).display !== "inline" && !element.closest("[aria-hidden=true]"))
  .map((element) => [element, element.getBoundingClientRect()])
  .filter(([element, { width, height }]) => width > 1 && (width < ${MIN_TARGET} || height < ${MIN_TARGET}))
  .filter(([element]) => !(element.matches("input") && element.closest("label, [role=group]")) && !(element.matches("label") && !element.querySelector("input")))
  .map(([element, { width, height }]) => element.outerHTML.slice(0, 120) + " " + width + "x" + height)`;

const isWide = "document.documentElement.scrollWidth > window.innerWidth";

describe.skipIf(!hasBrowser())("the page of components", () => {
  let folder: string;
  let server: Awaited<ReturnType<typeof serveBuild>>;
  let browser: Browser;
  let errors: readonly string[];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "crm-kit-"));
    await buildConsole(folder, "--kit");
    server = await serveBuild(folder);
    browser = (await startBrowser({ width: 1280, height: HEIGHT })) ?? expect.fail("The browser does not start");
    errors = await browser.recordErrors();
  });
  afterAll(async () => {
    await browser.close();
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const openKit = async (language: string, ready: string, samples = ""): Promise<void> => {
    await browser.open("about:blank");
    await browser.open(`${server.url}/_kit?lang=${language}${samples}`);
    await browser.waitFor(`${ready} && document.fonts.status === "loaded"`);
  };
  // The editors come last.
  const openAll = (language: string): Promise<void> =>
    openKit(language, "document.querySelectorAll('[role=textbox][contenteditable]').length === 2");

  /** The page is as wide as the window, and its texts and targets have the right sizes. */
  const checkSizes = async (width: number): Promise<void> => {
    await browser.resize(width, HEIGHT);
    await browser.waitFor(`document.querySelector("figure svg").clientWidth <= ${width}`);
    expect(await browser.evaluate(isWide)).toBe(false);
    expect((await browser.evaluate<string[]>(FONT_SIZES)).length).toBeLessThanOrEqual(MAX_FONT_SIZES);
    expect(await browser.evaluate<string[]>(SMALL_TARGETS)).toEqual([]);
  };
  const checkAccessibility = async (selector?: string): Promise<void> => {
    expect((await findViolations(browser, selector)).map(describeViolation)).toEqual([]);
  };

  describe.each(["en", "ar"])("in %s", (language) => {
    beforeAll(async () => {
      await browser.setDarkMode(false);
      await openAll(language);
    });

    // The colors of the dark mode are the same at each width and in each language.
    it.each([
      [360, "light"],
      [1280, language === "en" ? "light and dark" : "light"],
    ])("has no fault %i pixels wide, %s", async (width, modes) => {
      await checkSizes(width);
      await checkAccessibility();
      await browser.setDarkMode(modes !== "light");
      if (modes !== "light") await checkAccessibility();
      expect(errors).toEqual([]);
    });
  });

  /** Opens a layer by its button, checks the page with it, closes it, and expects the focus on the button again. */
  const checkLayer = async (button: string, layer: string): Promise<void> => {
    await browser.evaluate(`${button}.focus()`);
    await browser.pressKey("Enter");
    await browser.waitFor(`document.querySelector("${layer}")?.checkVisibility() && document.getAnimations().length === 0`);
    await checkAccessibility(layer);
    expect(await browser.evaluate(isWide), layer).toBe(false);
    await browser.pressKey("Escape");
    await browser.waitFor(`document.querySelector("${layer}") === null && document.activeElement === ${button}`);
  };
  const findButton = (text: string): string =>
    `[...document.querySelectorAll("main button")].find((one) => one.textContent.trim().startsWith(${JSON.stringify(text)}))`;

  it("opens layers that keep the focus and give it back, on a desktop and a phone", async () => {
    await browser.setDarkMode(false);
    await openKit("en", "document.querySelector('[aria-label=Layers]') !== null", "&samples=layers");
    for (const width of [1280, 360]) {
      await browser.resize(width, HEIGHT);
      await checkLayer(findButton("Open the dialog"), "[role=alertdialog]");
      await checkLayer(findButton("Open the drawer"), "[role=dialog]");
      await checkLayer(findButton("Open the sheet"), "[role=dialog]");
    }
    await openKit("en", "document.querySelector('[aria-label^=Menu]') !== null", "&samples=menus");
    await checkLayer(findButton("Actions"), "[role=menu]");
    expect(errors).toEqual([]);
  });

  it("finds a record by a part of its name, and creates one that does not exist", async () => {
    await openKit("en", "document.querySelector('[aria-label=Choices]') !== null", "&samples=choices");
    await checkLayer(findButton("Qualified"), "[role=listbox]");
    const customer = findButton("Northwind Boats");
    await browser.evaluate(`${customer}.focus()`);
    const enter = async (text: string, found: string): Promise<void> => {
      await browser.pressKey("Enter");
      await browser.waitFor("document.activeElement.type === 'search'");
      await browser.insertText(text);
      await browser.waitFor(
        `[...document.querySelectorAll("[role=option]")].map((one) => one.textContent).join() === ${JSON.stringify(found)}`,
      );
      await browser.pressKey("Enter");
    };
    await enter("zürich", "Zürich Yachten AGHamburg,Create “zürich”");
    await browser.waitFor(`document.activeElement === ${findButton("Zürich Yachten AG")}`);
    await enter("Vesta Marine", "Create “Vesta Marine”");
    await browser.waitFor(`document.activeElement === ${findButton("Vesta Marine")}`);
  });

  it("keeps what is typed into a combobox while the page scrolls, and its list with it", async () => {
    await openKit("en", "document.querySelector('[aria-label=Choices]') !== null", "&samples=choices");
    await browser.resize(1280, 400);
    const field = "main input[role=combobox]";
    await browser.evaluate(`document.body.style.paddingBottom = "2000px"; document.querySelector("${field}").focus()`);
    await browser.insertText("jap");
    await browser.waitFor(`document.querySelector("[role=option]")?.innerText === "Japan"`);
    /** Scrolls the page, and returns the text, the number of lists, and the distance from the field to the list once the page is drawn. */
    const scrollBy = (distance: number): Promise<[string, number, number]> =>
      browser.evaluate(`new Promise((resolve) => {
        const input = document.querySelector("${field}");
        const answer = () => {
          const lists = [...document.querySelectorAll("[role=listbox]")];
          const gap = lists.length === 0 ? 0 : Math.min(
            Math.abs(lists[0].getBoundingClientRect().top - input.getBoundingClientRect().bottom),
            Math.abs(input.getBoundingClientRect().top - lists[0].getBoundingClientRect().bottom));
          resolve([input.value, lists.length, Math.round(gap)]);
        };
        addEventListener("scroll", () => requestAnimationFrame(() => requestAnimationFrame(answer)), { once: true, capture: true });
        scrollBy(0, ${distance});
      })`);
    const [text, lists, gap] = await scrollBy(40);
    expect([text, lists]).toEqual(["jap", 1]);
    expect(gap).toBeLessThan(12);
    expect((await scrollBy(1500))[0]).toBe("jap");
    await browser.waitFor("document.querySelector('[role=listbox]') === null");
    await scrollBy(-1540);
    await browser.pressKey("Enter");
    await browser.waitFor(`document.querySelector("[role=option]")?.innerText === "Japan"`);
    await browser.pressKey("Enter");
    await browser.waitFor(`document.querySelector("${field}").value === "Japan"`);
    await browser.resize(1280, HEIGHT);
  });

  it("reads an amount as a user of the language writes it", async () => {
    await openKit("de", "document.querySelector('[aria-label^=Numbers]') !== null", "&samples=numbers");
    await checkLayer("document.querySelectorAll('main [aria-haspopup=dialog]')[5]", "[role=dialog] [role=grid]");
    const field = "[inputmode=decimal]";
    await browser.evaluate(`document.querySelector("${field}").dataset.amount = ""`);
    for (const [text, shown] of [
      ["1234,5", "1.234,50"],
      ["9876.54", "9.876,54"],
    ]) {
      await browser.type("[data-amount]", text ?? "");
      await browser.pressKey("Enter");
      await browser.waitFor(`document.querySelector("[data-amount]").value === "${shown}"`);
    }
    await browser.type("[data-amount]", "1,005");
    await browser.pressKey("Tab");
    await browser.waitFor("document.querySelector('[data-amount]').getAttribute('aria-invalid') === 'true'");
    expect(await browser.evaluate("document.querySelector('[data-amount]').value")).toBe("1,005");
  });

  describe("the grid, by keyboard", () => {
    const GRID = "document.querySelector('[role=grid]')";
    const readCell = (): Promise<string> =>
      browser.evaluate<string>(
        `(({ dataset, parentElement }, row) => parentElement.dataset.row + "/" + dataset.column + " " + row)(document.activeElement, ${GRID}.querySelectorAll("[role=row]").length <= 120)`,
      );
    const readState = () => browser.evaluate<string>("document.querySelector('output').textContent");
    const press = async (key: string, ...modifiers: Parameters<Browser["pressKey"]>[1][]): Promise<string> => {
      await browser.pressKey(key, ...modifiers);
      await browser.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
      return readCell();
    };
    const openGrid = (language: string): Promise<void> => openKit(language, `${GRID} !== null`, "&samples=grid");
    const focusGrid = (): Promise<void> => browser.evaluate(`${GRID}.querySelector("[data-column][tabindex='0']").focus()`);

    beforeAll(async () => {
      await browser.resize(1280, HEIGHT);
      await openGrid("en");
    });

    it("is one stop of the tab key", async () => {
      const stops = `[...${GRID}.querySelectorAll("*")].filter((element) => element.tabIndex >= 0 && !element.disabled).length`;
      expect(await browser.evaluate(stops)).toBe(1);
      await focusGrid();
      await browser.pressKey("Tab");
      expect(await browser.evaluate(`${GRID}.contains(document.activeElement)`)).toBe(false);
      await browser.pressKey("Tab", "Shift");
      expect(await readCell()).toBe("0/0 true");
    });

    it("moves by arrows, pages and ends, with at most 120 rows in the document", async () => {
      await focusGrid();
      await press("Home", "Control");
      expect(await press("ArrowDown")).toBe("1/0 true");
      expect(await press("ArrowRight")).toBe("1/1 true");
      expect(await press("End")).toMatch(/^1\/9 /);
      expect(await press("Home")).toBe("1/0 true");
      expect(await press("PageDown")).toMatch(/^1\d\/0 true/);
      expect(await press("End", "Control")).toBe("9999/9 true");
      // Rows that are still loading are places with a number.
      const last =
        "(({ parentElement: row }) => [row.ariaRowIndex, row.ariaBusy, row.closest('[role=grid]').ariaRowCount])(document.activeElement)";
      expect(await browser.evaluate(last)).toEqual(["10001", "true", "10001"]);
      expect(await press("Home", "Control")).toBe("0/0 true");
      expect(await browser.evaluate(`${GRID}.scrollTop`)).toBe(0);
    });

    it("selects rows by Space, opens by Enter, changes a cell by Enter and takes a change back by Esc", async () => {
      await focusGrid();
      await press("Home", "Control");
      await press(" ");
      expect(await readState()).toMatch(/^2 selected/);
      await press("ArrowDown");
      await press("ArrowDown");
      await press("ArrowDown");
      await press(" ", "Shift");
      expect(await readState()).toMatch(/^4 selected/);
      for (let step = 0; step < 3; step++) await press("ArrowRight");
      const cell = () => browser.evaluate<string>("document.activeElement.textContent");
      const before = await cell();
      await browser.pressKey("Enter");
      await browser.waitFor("document.activeElement.tagName === 'INPUT'");
      await browser.evaluate("document.activeElement.value = 'Never saved'");
      await browser.pressKey("Escape");
      await browser.waitFor("document.activeElement.role === 'gridcell'");
      expect(await cell()).toBe(before);
      await browser.pressKey("F2");
      await browser.waitFor("document.activeElement.tagName === 'INPUT'");
      await browser.evaluate("document.activeElement.value = 'Acme 北'");
      await browser.pressKey("Enter");
      await browser.waitFor("document.activeElement.role === 'gridcell'");
      expect(await cell()).toBe("Acme 北");
    });

    it("selects a range with Shift and a click, and with Shift and arrows", async () => {
      const pressCheckbox = (row: number, shiftKey = false): Promise<void> =>
        browser.evaluate(
          `${GRID}.querySelector("[data-row='${row}'] input[type=checkbox]").dispatchEvent(new MouseEvent("click", { bubbles: true, shiftKey: ${shiftKey} }))`,
        );
      await openGrid("en");
      const readCount = async (): Promise<number> => Number.parseInt(await readState(), 10);
      const before = await readCount();
      await pressCheckbox(5);
      await pressCheckbox(8, true);
      expect(await readCount()).toBe(before + 4);
      await focusGrid();
      await press("Home", "Control");
      for (let step = 0; step < 10; step++) await press("ArrowDown");
      expect(await press("ArrowDown", "Shift")).toBe("11/0 true");
      expect(await readCount()).toBe(before + 6);
    });

    it("sorts, moves and widens columns from the head", async () => {
      await focusGrid();
      await press("Home", "Control");
      await press("ArrowUp");
      for (let step = 0; step < 2; step++) await press("ArrowRight");
      expect(await press("Enter")).toBe("-1/2 true");
      expect(await readState()).toMatch(/sorted by status ascending/);
      expect(await press("ArrowRight", "Alt")).toBe("-1/3 true");
      const head = () =>
        browser.evaluate<[string, number]>(
          "(({ textContent, offsetWidth }) => [textContent, offsetWidth])(document.activeElement)",
        );
      const [name, width] = await head();
      expect(name).toContain("Status");
      await press("ArrowRight", "Shift");
      expect(await head()).toEqual([name, width + 16]);
    });

    it("follows the line from right to left", async () => {
      await openGrid("ar");
      await focusGrid();
      expect(await press("ArrowLeft")).toBe("0/1 true");
      expect(await press("ArrowRight")).toBe("0/0 true");
      // Names in Latin letters stand under the heads of their columns.
      const edges = await browser.evaluate<[number, number][]>(`(() => {
        const readEdge = (selector) => {
          const range = document.createRange();
          range.selectNodeContents(document.querySelector(selector));
          return Math.max(...[...range.getClientRects()].map(({ right }) => Math.round(right)));
        };
        return [1, 2, 3].map((column) => [
          readEdge('[data-row="-1"] > [data-column="' + column + '"] [title]'),
          readEdge('[data-row="0"] > [data-column="' + column + '"]'),
        ]);
      })()`);
      for (const [head, cell] of edges) expect(Math.abs(head - cell)).toBeLessThanOrEqual(1);
      expect(errors).toEqual([]);
    });
  });
});
