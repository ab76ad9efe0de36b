/** What the checks of a picture are given. */
export interface InspectionOptions {
  /** The smallest side of a target, in pixels: 24, or 44 for fingers. */
  minTarget: number;
  /** The sizes of text that the design has, in pixels. */
  textSizes: readonly number[];
  /** English messages that the language of the page has other words for. */
  englishMessages: readonly string[];
}

/** An entry of the browser's layout instability API. Other entries have no value. */
interface LayoutShift extends PerformanceEntry {
  readonly value: number;
  readonly hadRecentInput: boolean;
  readonly sources: readonly { readonly node: Node | null }[];
}

/** A color with its share of red, green, blue and opacity, each from 0 to 1. */
type Color = readonly [red: number, green: number, blue: number, opacity: number];

/**
 * Checks what a page looks like: overflow, cut and overlapping text, sizes, gaps, targets, contrast, texts that no user should see, and whether
 * the page moved while it loaded. Returns one sentence for each fault. The tests send this function into the page
 * (`test/console/console-driver.ts`), so it uses nothing from this module.
 */
export async function inspectPage({ minTarget, textSizes, englishMessages }: InspectionOptions): Promise<string[]> {
  const MAX_TEXT_SIZES = 5;
  const MIN_TEXT_CONTRAST = 4.5;
  const MIN_CONTROL_CONTRAST = 3;
  const MAX_LAYOUT_SHIFT = 0.02;
  const findings = new Set<string>();
  const nameElement = (element: Element): string => {
    const words = (element.getAttribute("aria-label") ?? element.textContent ?? "").trim().slice(0, 40);
    return `<${element.tagName.toLowerCase()}${element.getAttribute("role") ? ` role=${element.getAttribute("role")}` : ""}> “${words}”`;
  };
  // What is behind an open layer is inert.
  const isShown = (element: Element): boolean => {
    const { width, height } = element.getBoundingClientRect();
    return (
      width > 1 &&
      height > 1 &&
      element.closest("[inert]") === null &&
      element.checkVisibility({ opacityProperty: true, visibilityProperty: true })
    );
  };
  const isInView = ({ left, right, top, bottom }: DOMRect): boolean =>
    right > 0 && bottom > 0 && left < innerWidth && top < innerHeight;
  const elements = [...document.body.querySelectorAll("*")].filter((element) => !element.closest("svg") && isShown(element));

  if (document.documentElement.scrollWidth > innerWidth)
    findings.add(`the page scrolls sideways: ${document.documentElement.scrollWidth} of ${innerWidth} pixels`);

  // Texts, each with its boxes.
  const texts: { element: Element; text: string; box: DOMRect }[] = [];
  for (const element of elements)
    for (const node of element.childNodes) {
      const text = node.nodeType === Node.TEXT_NODE ? (node.textContent ?? "").trim() : "";
      if (text === "") continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const box of range.getClientRects()) if (box.width > 1 && isInView(box)) texts.push({ element, text, box });
    }

  const sizes = new Set(texts.map(({ element }) => Number.parseFloat(getComputedStyle(element).fontSize)));
  for (const size of sizes)
    if (!textSizes.includes(size)) findings.add(`a text has ${size} pixels, which is no size of the design`);
  if (sizes.size > MAX_TEXT_SIZES) findings.add(`the page has ${sizes.size} sizes of text: ${[...sizes].join(", ")}`);

  // A cut text needs a tooltip with the whole of it.
  for (const { element, text } of texts) {
    const { textOverflow, overflowX } = getComputedStyle(element);
    if (element.scrollWidth <= element.clientWidth + 1 || (textOverflow !== "ellipsis" && overflowX !== "hidden")) continue;
    // Cells of a grid get theirs when the mouse comes.
    element.dispatchEvent(new PointerEvent("pointermove", { bubbles: true }));
    const hasTooltip = [element, element.parentElement, element.closest("[title]")].some(
      (place) => place?.hasAttribute("title") || place?.hasAttribute("data-tooltip"),
    );
    if (!hasTooltip) findings.add(`the text of ${nameElement(element)} is cut and has no tooltip: “${text.slice(0, 40)}”`);
  }

  /** Returns the part of a box that its frames show. */
  const clip = (element: Element, { left, right, top, bottom }: DOMRect): DOMRect => {
    let part = { left, right, top, bottom };
    for (let frame: Element | null = element; frame !== null && frame !== document.body; frame = frame.parentElement) {
      if (getComputedStyle(frame).overflowX === "visible") continue;
      const edge = frame.getBoundingClientRect();
      part = {
        left: Math.max(part.left, edge.left),
        right: Math.min(part.right, edge.right),
        top: Math.max(part.top, edge.top),
        bottom: Math.min(part.bottom, edge.bottom),
      };
    }
    return new DOMRect(part.left, part.top, Math.max(0, part.right - part.left), Math.max(0, part.bottom - part.top));
  };
  // Only what can be seen at its place can overlap.
  const visible = texts
    .map((entry) => ({ ...entry, box: clip(entry.element, entry.box) }))
    .filter(({ element, box }) => {
      const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
      return box.width > 1 && top !== null && (top === element || element.contains(top) || top.contains(element));
    });
  for (const [index, first] of visible.entries())
    for (const second of visible.slice(index + 1)) {
      if (first.element === second.element || first.element.contains(second.element) || second.element.contains(first.element))
        continue;
      const width = Math.min(first.box.right, second.box.right) - Math.max(first.box.left, second.box.left);
      const height = Math.min(first.box.bottom, second.box.bottom) - Math.max(first.box.top, second.box.top);
      if (width > 2 && height > 4) findings.add(`${nameElement(first.element)} and ${nameElement(second.element)} overlap`);
    }

  const spaces = [
    ...(["rowGap", "columnGap", "marginTop", "marginBottom"] as const),
    ...(["paddingTop", "paddingBottom", "paddingLeft", "paddingRight"] as const),
  ];
  const isAuto = (element: Element, name: string): boolean =>
    name.startsWith("margin") &&
    String(element.computedStyleMap().get(name === "marginTop" ? "margin-top" : "margin-bottom")) === "auto";
  for (const element of elements) {
    if (element.closest(".ProseMirror") !== null) continue;
    const style = getComputedStyle(element);
    for (const name of spaces) {
      const value = Number.parseFloat(style[name]);
      // A line between things is one pixel.
      if (!Number.isNaN(value) && value % 4 !== 0 && Math.abs(value) !== 1 && !isAuto(element, name))
        findings.add(`${name} of ${nameElement(element)} is ${value} pixels`);
    }
  }

  const targets =
    "a[href], button, input:not([type=hidden]), select, textarea, [role=button], [role=menuitem], [role=option], [role=tab], [role=switch]";
  for (const element of document.body.querySelectorAll(targets)) {
    if (!isShown(element) || element.hasAttribute("disabled")) continue;
    // A label or the box of an input makes it larger, and a link in a sentence is as high as its line (WCAG 2.5.8).
    const box = element instanceof HTMLInputElement ? element.parentElement : null;
    const place = element.closest("label, [role=group]") ?? box ?? element;
    const { display } = getComputedStyle(place);
    const { width, height } = place.getBoundingClientRect();
    if (display === "inline" || !isInView(place.getBoundingClientRect())) continue;
    if (Math.round(Math.min(width, height)) < minTarget)
      findings.add(`${nameElement(element)} is ${Math.round(width)} × ${Math.round(height)} pixels, less than ${minTarget}`);
  }

  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const colors = new Map<string, Color>();
  const parseColor = (text: string): Color => {
    const known = colors.get(text);
    if (known || !canvas) return known ?? [0, 0, 0, 0];
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = text;
    canvas.fillRect(0, 0, 1, 1);
    const [red = 0, green = 0, blue = 0, opacity = 0] = canvas.getImageData(0, 0, 1, 1).data;
    const color: Color = [red / 255, green / 255, blue / 255, opacity / 255];
    colors.set(text, color);
    return color;
  };
  const mix = ([red, green, blue, opacity]: Color, [r, g, b]: Color, share = 1): Color => {
    const part = opacity * share;
    return [red * part + r * (1 - part), green * part + g * (1 - part), blue * part + b * (1 - part), 1];
  };
  const findBackground = (element: Element | null): Color => {
    if (element === null) return [1, 1, 1, 1];
    const color = parseColor(getComputedStyle(element).backgroundColor);
    return color[3] === 1 ? color : mix(color, findBackground(element.parentElement));
  };
  const findOpacity = (element: Element | null): number =>
    element === null ? 1 : Number(getComputedStyle(element).opacity) * findOpacity(element.parentElement);
  const toLight = (share: number): number => (share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4);
  const toLuminance = ([red, green, blue]: Color): number =>
    0.2126 * toLight(red) + 0.7152 * toLight(green) + 0.0722 * toLight(blue);
  const measureContrast = (first: Color, second: Color): number => {
    const [dark = 0, bright = 0] = [toLuminance(first), toLuminance(second)].sort((a, b) => a - b);
    return (bright + 0.05) / (dark + 0.05);
  };
  // What cannot be used needs no contrast (WCAG 1.4.3).
  const isUnusable = (element: Element): boolean =>
    element.closest("[disabled], [aria-disabled=true], [data-disabled], [aria-hidden=true]:not(svg)") !== null;
  const checkContrast = (element: Element, color: string, surface: Element | null, least: number, noun: string): void => {
    const background = findBackground(surface);
    const contrast = measureContrast(mix(parseColor(color), background, findOpacity(element)), background);
    if (contrast < least)
      findings.add(`${noun} of ${nameElement(element)} has a contrast of ${contrast.toFixed(2)}, less than ${least}`);
  };
  for (const { element } of visible)
    if (!isUnusable(element)) checkContrast(element, getComputedStyle(element).color, element, MIN_TEXT_CONTRAST, "the text");
  for (const icon of document.body.querySelectorAll("button svg, a svg, [role=menuitem] svg")) {
    const control = icon.parentElement;
    if (control && isShown(icon) && isInView(icon.getBoundingClientRect()) && !isUnusable(control))
      checkContrast(control, getComputedStyle(icon).color, control, MIN_CONTROL_CONTRAST, "the icon");
  }
  // The frame of an input is a border of the input or of a box around it.
  for (const input of document.body.querySelectorAll("input:not([type=hidden]), textarea, select")) {
    if (!isShown(input) || !isInView(input.getBoundingClientRect()) || isUnusable(input)) continue;
    const frame = [input, input.parentElement, input.parentElement?.parentElement].find(
      (place) =>
        place &&
        ["borderBottomWidth", "borderTopWidth"].every(
          (side) => Number.parseFloat(getComputedStyle(place)[side as "borderTopWidth"]) > 0,
        ),
    );
    // A field that is folded into an icon shows no frame until it has the focus.
    const color = frame ? getComputedStyle(frame).borderBottomColor : "";
    if (frame && !color.endsWith(", 0)")) checkContrast(frame, color, frame.parentElement, MIN_CONTROL_CONTRAST, "the frame");
  }

  const forbidden: readonly (readonly [name: string, pattern: RegExp])[] = [
    ["undefined or null", /\b(?:undefined|null|NaN)\b|\[object /],
    ["a raw id", /\b[a-z]{3}_[0-9a-z]{18,}\b/],
    ["a raw code", /\b[A-Z]{2,}_[A-Z_]{2,}\b/],
    ["a placeholder", /\{\w+(?:, \w+)*\}/],
  ];
  const isVerbatim = (element: Element): boolean => element.closest("pre, code, [data-verbatim], .rich-text") !== null;
  const english = new Set(englishMessages);
  const checkWords = (element: Element, text: string): void => {
    if (isVerbatim(element)) return;
    // The help of an input may name merge fields.
    for (const [name, pattern] of forbidden)
      if (pattern.test(text) && !(name === "a placeholder" && element.closest("[slot=description]")))
        findings.add(`${nameElement(element)} shows ${name}: “${pattern.exec(text)?.[0]}”`);
    if (english.has(text)) findings.add(`${nameElement(element)} shows a message that is not translated: “${text}”`);
  };
  for (const { element, text } of texts) checkWords(element, text);
  for (const element of elements)
    for (const name of ["aria-label", "title", "placeholder"]) {
      const text = element.getAttribute(name);
      if (text !== null) checkWords(element, text);
    }

  // The entry of the navigation is always there, so the observer answers also where nothing moved.
  const entries = await new Promise<PerformanceEntryList>((resolve) => {
    const observer = new PerformanceObserver((list) => {
      observer.disconnect();
      resolve(list.getEntries());
    });
    observer.observe({ type: "layout-shift", buffered: true });
    observer.observe({ type: "navigation", buffered: true });
  });
  // What moves within 500 ms of a user's click is no fault, and a change of the page without a new document stands for a click.
  const opened = performance.getEntriesByName("opened").at(-1);
  const settledAt = opened === undefined ? 0 : opened.startTime + 500;
  const shifts = entries
    .map((entry) => entry as LayoutShift)
    .filter(({ value, hadRecentInput, startTime }) => value > 0 && !hadRecentInput && startTime > settledAt);
  const shift = shifts.reduce((sum, { value }) => sum + value, 0);
  const moved = shifts.flatMap(({ sources }) =>
    sources.flatMap(({ node }) => (node instanceof Element ? nameElement(node) : [])),
  );
  if (shift >= MAX_LAYOUT_SHIFT)
    findings.add(`the page moved by ${shift.toFixed(3)} while it loaded, not less than ${MAX_LAYOUT_SHIFT}: ${moved.join(", ")}`);

  return [...findings];
}
