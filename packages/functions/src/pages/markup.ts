/** HTML that is made here: whatever is put into it is text, unless it was made here too. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type MarkupValue = string | number | Markup | readonly Markup[] | undefined;

/** A piece of a page: html`<p>${whatever anybody typed}</p>`. */
export const html = (parts: TemplateStringsArray, ...values: readonly MarkupValue[]): Markup =>
  new Markup(parts.map((part, at) => (at === 0 ? part : renderValue(values[at - 1]) + part)).join(""));

function renderValue(value: MarkupValue): string {
  if (value === undefined) return "";
  if (value instanceof Markup) return value.text;
  return typeof value === "object" ? value.map(renderValue).join("") : escapeHtml(String(value));
}

const htmlEntities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** As text between tags and in a quoted attribute. */
const escapeHtml = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => htmlEntities[sign] ?? "");
