import { escapeHtml } from "@crm/core/kernel/html.ts";

/** HTML that was made here. Any other value that is put into it is escaped as text. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type MarkupValue = string | number | Markup | readonly Markup[] | undefined;

/** Builds a piece of a page: html`<p>${text}</p>`. It escapes `text`. */
export const html = (parts: TemplateStringsArray, ...values: readonly MarkupValue[]): Markup =>
  new Markup(parts.map((part, index) => (index === 0 ? part : renderValue(values[index - 1]) + part)).join(""));

function renderValue(value: MarkupValue): string {
  if (value === undefined) return "";
  if (value instanceof Markup) return value.text;
  return typeof value === "object" ? value.map(renderValue).join("") : escapeHtml(String(value));
}
