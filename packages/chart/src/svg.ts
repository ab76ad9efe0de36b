/** A node of an SVG picture as plain data: React renders it in the console, `writeSvg` writes it for mails and documents. */
export interface SvgNode {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly children: readonly (SvgNode | string)[];
}

type Attributes = Readonly<Record<string, string | number | undefined>>;

/** Creates a node. Attributes without a value are left out, coordinates are rounded to tenths. */
export function createNode(tag: string, attributes: Attributes, ...children: readonly (SvgNode | string)[]): SvgNode {
  const entries = Object.entries(attributes).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, typeof value === "number" ? roundTenth(value) : value] as const],
  );
  return { tag, attributes: Object.fromEntries(entries), children };
}

export const roundTenth = (value: number): number => Math.round(value * 10) / 10;

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escapeText = (text: string): string => text.replaceAll(/[&<>"]/g, (character) => ENTITIES[character] ?? character);

/** Writes the picture as a text. */
export function writeSvg({ tag, attributes, children }: SvgNode): string {
  const written = Object.entries(attributes).map(([name, value]) => ` ${name}="${escapeText(String(value))}"`);
  const content = children.map((child) => (typeof child === "string" ? escapeText(child) : writeSvg(child)));
  return `<${tag}${written.join("")}>${content.join("")}</${tag}>`;
}
