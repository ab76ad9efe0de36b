import type { Node } from "../page.ts";
import { formatRef, formatText, type PdfFile, type Ref } from "./file.ts";

/** The structure tree, which tells screen readers the role of each part (ISO 32000-1, 14.7). */
export class StructureTree {
  readonly #file: PdfFile;
  readonly #refs = new Map<Node, Ref>();
  /** By page: the node of each marked part. */
  readonly #parts: Node[][] = [];
  readonly #places = new Map<Node, string[]>();

  constructor(file: PdfFile) {
    this.#file = file;
  }

  /** Assigns a part of the page to the node and returns the number of the part. */
  addMarkedContent(node: Node, page: number, pageRef: Ref): number {
    const parts = this.#parts[page] ?? [];
    this.#parts[page] = parts;
    parts.push(node);
    const places = this.#places.get(node) ?? [];
    this.#places.set(node, places);
    places.push(`<</Type /MCR /Pg ${formatRef(pageRef)} /MCID ${parts.length - 1}>>`);
    return parts.length - 1;
  }

  write(tree: Node): Ref {
    const root = this.#file.reserve();
    this.#writeElement(tree, root);
    const pages = this.#parts.map(
      (parts, page) => `${page} [${parts.map((node) => formatRef(this.#resolveRef(node))).join(" ")}]`,
    );
    const parents = this.#file.addObject(`<</Nums [${pages.join("\n")}]>>`);
    return this.#file.addObject(
      `<</Type /StructTreeRoot /K ${formatRef(this.#resolveRef(tree))} /ParentTree ${formatRef(parents)}>>`,
      root,
    );
  }

  #writeElement(node: Node, parent: Ref): void {
    const ref = this.#resolveRef(node);
    for (const child of node.children) this.#writeElement(child, ref);
    const kids = [...(this.#places.get(node) ?? []), ...node.children.map((child) => formatRef(this.#resolveRef(child)))];
    const alt = node.alt === undefined ? "" : ` /Alt ${formatText(node.alt)}`;
    const scope = node.scope === undefined ? "" : ` /A <</O /Table /Scope /${node.scope}>>`;
    this.#file.addObject(
      `<</Type /StructElem /S /${node.type} /P ${formatRef(parent)}${alt}${scope} /K [${kids.join(" ")}]>>`,
      ref,
    );
  }

  #resolveRef(node: Node): Ref {
    const existingRef = this.#refs.get(node);
    if (existingRef !== undefined) return existingRef;
    const ref = this.#file.reserve();
    this.#refs.set(node, ref);
    return ref;
  }
}
