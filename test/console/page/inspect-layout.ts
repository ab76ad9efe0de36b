export interface LayoutOptions {
  /** Words are counted in English only. */
  readonly isEnglish: boolean;
}

/**
 * Checks what a user can do and read on a page before they scroll: the primary action is in view, no control is covered or cut, no row has more than
 * two empty cards, and no sentence has more than 15 words. Returns one sentence for each fault. The tests send this function into the page
 * (`test/console/console-driver.ts`), so it uses nothing from this module.
 */
export function inspectLayout({ isEnglish }: LayoutOptions): string[] {
  const MAX_EMPTY_CARDS = 2;
  const MAX_WORDS = 15;
  const MAX_FOLDED_WIDTH = 44;
  const CARD_RADIUS = "8px";
  const findings = new Set<string>();
  const nameElement = (element: Element): string => {
    const words = (element.getAttribute("aria-label") ?? element.textContent ?? "").trim().slice(0, 40);
    return `<${element.tagName.toLowerCase()}> “${words}”`;
  };
  const isShown = (element: Element): boolean => {
    const { width, height } = element.getBoundingClientRect();
    return (
      width > 1 &&
      height > 1 &&
      element.closest("[inert]") === null &&
      element.checkVisibility({ opacityProperty: true, visibilityProperty: true })
    );
  };
  const scrolls = (overflow: string): boolean => overflow === "auto" || overflow === "scroll";

  /** The part of an element that the window and its frames show, and the sides at which something cannot be scrolled into view. */
  const findPart = (element: Element): { part: DOMRect; isCut: boolean } => {
    const box = element.getBoundingClientRect();
    let [left, right, top, bottom] = [box.left, box.right, box.top, box.bottom];
    let isCut = false;
    let isScrolled = false;
    for (let frame = element.parentElement; frame !== null; frame = frame.parentElement) {
      const style = getComputedStyle(frame);
      if (style.overflowX === "visible") continue;
      const edge = frame.getBoundingClientRect();
      isScrolled ||= scrolls(style.overflowX);
      // A link in a text with an ellipsis is cut with it (inspect-page.ts asks for the tooltip), and a search folds into its icon.
      const isMeant = style.textOverflow === "ellipsis" || (element.matches("input") && edge.width <= MAX_FOLDED_WIDTH);
      if (!isScrolled && !isMeant && (left < edge.left - 1 || right > edge.right + 1)) isCut = true;
      [left, right] = [Math.max(left, edge.left), Math.min(right, edge.right)];
      [top, bottom] = [Math.max(top, edge.top), Math.min(bottom, edge.bottom)];
    }
    if (!isScrolled && (left < -1 || right > innerWidth + 1)) isCut = true;
    [left, right, top, bottom] = [
      Math.max(left, 0),
      Math.min(right, innerWidth),
      Math.max(top, 0),
      Math.min(bottom, innerHeight),
    ];
    return { part: new DOMRect(left, top, Math.max(0, right - left), Math.max(0, bottom - top)), isCut };
  };

  // The filled button is the primary action (ui/kit/button.tsx).
  const [primary] = [...document.querySelectorAll("main .bg-accent.text-on-accent")].filter(
    (element) => element.matches("a, button") && isShown(element),
  );
  if (primary) {
    const { height, width } = primary.getBoundingClientRect();
    const { part } = findPart(primary);
    if (part.height < height - 1 || part.width < width - 1)
      findings.add(`the primary action ${nameElement(primary)} is not in view without scrolling`);
  }

  const targets =
    "a[href], button, input:not([type=hidden]), select, textarea, [role=button], [role=menuitem], [role=option], [role=tab], [role=switch]";
  for (const element of document.body.querySelectorAll(targets)) {
    if (!isShown(element) || getComputedStyle(element).pointerEvents === "none") continue;
    const { part, isCut } = findPart(element);
    if (part.width < 2 || part.height < 2) continue;
    if (isCut) findings.add(`${nameElement(element)} is cut at the side`);
    // A link in a text of several lines has no center of its own.
    if (getComputedStyle(element).display === "inline" && element.getClientRects().length > 1) continue;
    const top = document.elementFromPoint(part.x + part.width / 2, part.y + part.height / 2);
    const label = element.closest("label");
    const isReached =
      top !== null && (element.contains(top) || top.contains(element) || (label !== null && top.closest("label") === label));
    // What a bar at the foot or a frozen column covers is scrolled from under it.
    const isSticky = (part: Element | null): boolean =>
      part !== null && (getComputedStyle(part).position === "sticky" || isSticky(part.parentElement));
    if (!isReached && top !== null && !isSticky(top)) findings.add(`${nameElement(element)} is covered by ${nameElement(top)}`);
  }

  const isCard = (element: Element): boolean => {
    const { borderTopLeftRadius, borderTopWidth } = getComputedStyle(element);
    return borderTopLeftRadius === CARD_RADIUS && Number.parseFloat(borderTopWidth) > 0;
  };
  /** Without its title, an empty card says nothing, a dash, or that there is nothing. */
  const isEmptyCard = (card: Element): boolean => {
    if (card.querySelector("[data-empty]") !== null) return true;
    const copy = card.cloneNode(true) as Element;
    for (const part of copy.querySelectorAll("h1, h2, h3, h4, header, dt, svg")) part.remove();
    return /^[–\s]*$/.test(copy.textContent ?? "");
  };
  const cards = [...document.querySelectorAll("main *")].filter(
    (element) => isShown(element) && isCard(element) && isEmptyCard(element),
  );
  for (const row of Map.groupBy(cards, (card) => Math.round(card.getBoundingClientRect().top)).values())
    if (row.length > MAX_EMPTY_CARDS) findings.add(`a row has ${row.length} empty cards: ${row.map(nameElement).join(", ")}`);

  if (isEnglish) {
    // What users wrote has the direction of its own letters.
    const written = "[dir=auto], bdi, [role=gridcell], pre, code, [data-verbatim], .rich-text, .ProseMirror, textarea";
    const isInline = (element: Element): boolean => getComputedStyle(element).display === "inline";
    const blocks = new Set<Element>();
    for (const element of document.body.querySelectorAll("*")) {
      if (element.closest("svg, script, style") || ![...element.childNodes].some(({ nodeType }) => nodeType === Node.TEXT_NODE))
        continue;
      let block = element;
      while (isInline(block) && block.parentElement !== null) block = block.parentElement;
      if (isShown(block) && element.closest(written) === null) blocks.add(block);
    }
    for (const block of blocks) {
      if ([...block.children].some((child) => !isInline(child))) continue;
      for (const sentence of (block.textContent ?? "").split(/[.!?:…]\s+|\n| · /)) {
        const count = sentence.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
        if (count > MAX_WORDS) findings.add(`a sentence has ${count} words: “${sentence.trim()}”`);
      }
    }
  }
  return [...findings];
}
