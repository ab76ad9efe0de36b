/** What the checks of a picture are given. */
export interface InspectionOptions {
  /** The smallest side of a target, in pixels: 24, or 44 for fingers. */
  minTarget: number;
  /** The sizes of text that the design has, in pixels. */
  textSizes: readonly number[];
}

/**
 * Checks what a page looks like: overflow, cut and overlapping text, sizes, gaps, targets, and texts that no user should see. Returns one
 * sentence for each fault. The tests send this function into the page (`test/console/console-driver.ts`), so it uses nothing from this module.
 */
export function inspectPage({ minTarget, textSizes }: InspectionOptions): string[] {
  const findings = new Set<string>();
  const nameElement = (element: Element): string => {
    const words = (element.getAttribute("aria-label") ?? element.textContent ?? "").trim().slice(0, 40);
    return `<${element.tagName.toLowerCase()}${element.getAttribute("role") ? ` role=${element.getAttribute("role")}` : ""}> “${words}”`;
  };
  const isShown = (element: Element): boolean => {
    const { width, height } = element.getBoundingClientRect();
    return width > 1 && height > 1 && element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
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

  // A cut text needs a tooltip with the whole of it.
  for (const { element, text } of texts) {
    const { textOverflow, overflowX } = getComputedStyle(element);
    if (element.scrollWidth <= element.clientWidth + 1 || (textOverflow !== "ellipsis" && overflowX !== "hidden")) continue;
    // Cells of a grid get theirs when the mouse comes.
    element.dispatchEvent(new PointerEvent("pointerover", { bubbles: true }));
    const hasTooltip = [element, element.parentElement, element.closest("[title]")].some(
      (place) => place?.hasAttribute("title") || place?.hasAttribute("data-tooltip"),
    );
    if (!hasTooltip) findings.add(`the text of ${nameElement(element)} is cut and has no tooltip: “${text.slice(0, 40)}”`);
  }

  // Only what can be seen at its place can overlap.
  const visible = texts.filter(({ element, box }) => {
    const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    return top !== null && (top === element || element.contains(top) || top.contains(element));
  });
  for (const [index, first] of visible.entries())
    for (const second of visible.slice(index + 1)) {
      if (first.element === second.element || first.element.contains(second.element) || second.element.contains(first.element))
        continue;
      const width = Math.min(first.box.right, second.box.right) - Math.max(first.box.left, second.box.left);
      const height = Math.min(first.box.bottom, second.box.bottom) - Math.max(first.box.top, second.box.top);
      if (width > 2 && height > 4) findings.add(`${nameElement(first.element)} and ${nameElement(second.element)} overlap`);
    }

  const spaces = ["rowGap", "columnGap", "paddingTop", "paddingBottom", "paddingLeft", "paddingRight"] as const;
  for (const element of elements) {
    if (element.closest(".ProseMirror") !== null) continue;
    const style = getComputedStyle(element);
    for (const name of spaces) {
      const value = Number.parseFloat(style[name]);
      // A line between things is one pixel.
      if (!Number.isNaN(value) && value % 4 !== 0 && value !== 1)
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

  const forbidden: readonly (readonly [name: string, pattern: RegExp])[] = [
    ["undefined or null", /\b(?:undefined|null|NaN)\b|\[object /],
    ["a raw id", /\b[a-z]{3}_[0-9a-z]{18}\b/],
    ["a raw code", /\b[A-Z]{2,}_[A-Z_]{2,}\b/],
    ["a placeholder", /\{\w+(?:, \w+)*\}/],
  ];
  for (const { element, text } of texts)
    for (const [name, pattern] of forbidden)
      if (pattern.test(text) && element.closest("pre, code, [data-verbatim]") === null)
        findings.add(`${nameElement(element)} shows ${name}: “${pattern.exec(text)?.[0]}”`);

  return [...findings];
}
