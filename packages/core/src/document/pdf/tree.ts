import type { Node } from "../page.ts";
import { type PdfFile, type Ref, text, to } from "./file.ts";

/** What the parts of the pages are to who cannot see them (ISO 32000-1, 14.7). */
export class Tags {
  readonly #file: PdfFile;
  readonly #refs = new Map<Node, Ref>();
  /** By page: whose each marked part is. */
  readonly #parts: Node[][] = [];
  readonly #places = new Map<Node, string[]>();

  constructor(file: PdfFile) {
    this.#file = file;
  }

  /** The number of a part of the page that is the node's. */
  mark(node: Node, page: number, pageRef: Ref): number {
    const parts = this.#parts[page] ?? [];
    this.#parts[page] = parts;
    parts.push(node);
    const places = this.#places.get(node) ?? [];
    this.#places.set(node, places);
    places.push(`<</Type /MCR /Pg ${to(pageRef)} /MCID ${parts.length - 1}>>`);
    return parts.length - 1;
  }

  write(tree: Node): Ref {
    const root = this.#file.reserve();
    this.#element(tree, root);
    const pages = this.#parts.map((parts, page) => `${page} [${parts.map((node) => to(this.#refOf(node))).join(" ")}]`);
    const parents = this.#file.object(`<</Nums [${pages.join("\n")}]>>`);
    return this.#file.object(`<</Type /StructTreeRoot /K ${to(this.#refOf(tree))} /ParentTree ${to(parents)}>>`, root);
  }

  #element(node: Node, parent: Ref): void {
    const ref = this.#refOf(node);
    for (const child of node.children) this.#element(child, ref);
    const kids = [...(this.#places.get(node) ?? []), ...node.children.map((child) => to(this.#refOf(child)))];
    const alt = node.alt === undefined ? "" : ` /Alt ${text(node.alt)}`;
    const scope = node.scope === undefined ? "" : ` /A <</O /Table /Scope /${node.scope}>>`;
    this.#file.object(`<</Type /StructElem /S /${node.type} /P ${to(parent)}${alt}${scope} /K [${kids.join(" ")}]>>`, ref);
  }

  #refOf(node: Node): Ref {
    const known = this.#refs.get(node);
    if (known !== undefined) return known;
    const ref = this.#file.reserve();
    this.#refs.set(node, ref);
    return ref;
  }
}
