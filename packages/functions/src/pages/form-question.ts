import type { ErrorDetail } from "@crm/core/kernel/error.ts";
import type { PageQuestion } from "@crm/core/sales/web-form/form-page.ts";
import type { Translations } from "@crm/core/sales/web-form/i18n.ts";
import { renderFieldParts, renderInput } from "./layout.ts";
import { html, type Markup } from "./markup.ts";

/** The questions of a form. Each type is a control that browsers have, so a page needs no script. */

export type Answers = Readonly<Record<string, unknown>>;

interface Asking {
  question: PageQuestion;
  /** Identifies the control on the page: names of answers are any text. */
  id: string;
  answer: unknown;
  /** With the id of the control as their field. */
  errors: readonly ErrorDetail[];
  words: Translations;
}

/** What browsers fill in by themselves, by the usual names of answers. */
const autocompletes: Readonly<Record<string, string>> = {
  ...{ first_name: "given-name", last_name: "family-name", full_name: "name", email: "email", phone: "tel", mobile: "tel" },
  ...{ company: "organization", job_title: "organization-title", website: "url" },
  ...{ street_address: "street-address", postal_code: "postal-code" },
};
const autocompleteByType: Readonly<Record<string, string>> = { email: "email", phone: "tel" };

export function renderQuestion(asking: Asking): Markup {
  const { type } = asking.question;
  if (type === "radio" || type === "checkboxes") return renderChoices(asking);
  if (type === "checkbox") return renderCheckbox(asking);
  if (type === "select") return renderSelect(asking);
  if (type === "textarea") return renderTextArea(asking);
  const { question, id, answer, errors } = asking;
  return renderInput({
    ...{ id, name: question.name, label: labelQuestion(asking), optional: !question.is_required, saysOptional: true, errors },
    ...(question.help === null ? {} : { hint: question.help }),
    type: type === "phone" ? "tel" : type,
    autocomplete: autocompletes[question.name] ?? autocompleteByType[type] ?? "off",
    value: toText(answer),
  });
}

const labelQuestion = ({ question, words }: Asking): string =>
  question.is_required ? question.label : `${question.label} ${words.optional}`;

const toText = (answer: unknown): string => (answer === undefined || answer === null ? "" : String(answer));

const listAnswers = (answer: unknown): string[] => (Array.isArray(answer) ? answer.map(String) : [toText(answer)]);

function renderParts(asking: Asking) {
  const { question, id, errors } = asking;
  return renderFieldParts({
    ...{ id, name: question.name, label: labelQuestion(asking), optional: !question.is_required, saysOptional: true, errors },
    hint: question.help ?? undefined,
  });
}

function renderTextArea(asking: Asking): Markup {
  const { before, marks } = renderParts(asking);
  return html`<div class="field">
${before}
<textarea id="${asking.id}" name="${asking.question.name}" rows="4" maxlength="10000"${marks}>${toText(asking.answer)}</textarea>
</div>`;
}

function renderSelect(asking: Asking): Markup {
  const { before, marks } = renderParts(asking);
  const { question, id, answer, words } = asking;
  const options = [{ value: "", label: words.choose }, ...question.choices];
  return html`<div class="field">
${before}
<select id="${id}" name="${question.name}"${marks}>${options.map(
    ({ value, label }) =>
      html`<option value="${value}"${value === toText(answer) ? html` selected` : undefined}>${label}</option>`,
  )}</select>
</div>`;
}

/** A group of radio buttons or checkboxes. A browser cannot require one of several checkboxes, so the server does. */
function renderChoices(asking: Asking): Markup {
  const { question, id, answer, errors } = asking;
  const { name, type, choices, help, is_required } = question;
  const own = errors.filter(({ field }) => field === id);
  const described = [...(help === null ? [] : [`${id}-hint`]), ...(own.length === 0 ? [] : [`${id}-error`])].join(" ");
  const input = type === "radio" ? "radio" : "checkbox";
  const chosen = listAnswers(answer);
  return html`<fieldset id="${id}"${described === "" ? undefined : html` aria-describedby="${described}"`}>
<legend>${labelQuestion(asking)}</legend>
${help === null ? undefined : html`<p class="hint" id="${id}-hint">${help}</p>`}
${own.length === 0 ? undefined : html`<p class="error" id="${id}-error">${own.map(({ message }) => message).join(". ")}</p>`}
${choices.map(
  ({ value, label }) =>
    html`<label class="choice"><input type="${input}" name="${name}" value="${value}"${is_required && input === "radio" ? html` required` : undefined}${chosen.includes(value) ? html` checked` : undefined}> <span>${label}</span></label>
`,
)}
</fieldset>`;
}

function renderCheckbox(asking: Asking): Markup {
  const { question, id, answer, errors } = asking;
  return renderTick({
    ...{ id, name: question.name, label: labelQuestion(asking), hint: question.help, isRequired: question.is_required },
    ...{ isTicked: toText(answer) !== "", errors },
  });
}

interface Tick {
  id: string;
  name: string;
  label: string;
  hint: string | null;
  isRequired: boolean;
  isTicked: boolean;
  errors: readonly ErrorDetail[];
}

/** Renders one checkbox, such as that of the consent. */
export function renderTick({ id, name, label, hint, isRequired, isTicked, errors }: Tick): Markup {
  const own = errors.filter(({ field }) => field === id);
  const described = [...(hint === null ? [] : [`${id}-hint`]), ...(own.length === 0 ? [] : [`${id}-error`])].join(" ");
  const marks = html`${isRequired ? html` required` : undefined}${isTicked ? html` checked` : undefined}${described === "" ? undefined : html` aria-describedby="${described}"`}${own.length === 0 ? undefined : html` aria-invalid="true"`}`;
  return html`<div class="field">
<label class="choice"><input type="checkbox" id="${id}" name="${name}" value="on"${marks}> <span class="text" dir="auto">${label}</span></label>
${hint === null ? undefined : html`<p class="hint" id="${id}-hint">${hint}</p>`}
${own.length === 0 ? undefined : html`<p class="error" id="${id}-error">${own.map(({ message }) => message).join(". ")}</p>`}
</div>`;
}
