import { fillPlaceholders } from "@crm/core/kernel/text.ts";
import { type Translations, translationsFor } from "@crm/core/people/suppression/i18n.ts";
import {
  type ChannelView,
  type PageView,
  PreferencesPage,
  type TypeView,
} from "@crm/core/people/suppression/preferences-page.ts";
import { SUBSCRIPTION_TYPES } from "@crm/core/people/suppression/subscription-type.masters.ts";
import type { RawResponse } from "../http/operation.ts";
import { renderPage } from "./layout.ts";
import { html, Markup } from "./markup.ts";
import { loadMasterTexts } from "./master-names.ts";

/** The page on which recipients choose what they are sent, or confirm what they asked for. Opening it changes nothing. */

export const show = async (token: string): Promise<RawResponse> => {
  const view = await localize(await PreferencesPage.render({ token }));
  return view.confirmation ? presentConfirmation(view, view.confirmation) : presentPage(view);
};

/** The fields that a button of the page sends. A mail program that unsubscribes presses no button. */
export interface SubmittedForm {
  token: string;
  channel?: "email" | "sms" | "whatsapp" | undefined;
  type?: string | undefined;
  act?: "in" | "out" | "confirm" | undefined;
}

export async function submit({ token, channel, type, act }: SubmittedForm): Promise<RawResponse> {
  if (act === "confirm") {
    const view = await localize(await PreferencesPage.confirm({ token }));
    return presentPage(view, translationsFor(view.language).confirmation.done);
  }
  const isPressed = channel !== undefined && act !== undefined;
  const view = await localize(
    await (isPressed
      ? PreferencesPage.choose({ token, channel, act, ...(type ? { type } : {}) })
      : PreferencesPage.unsubscribe({ token })),
  );
  return view.confirmation
    ? presentConfirmation(view, view.confirmation)
    : presentPage(view, translationsFor(view.language).kept);
}

/** Returns the page with the names of built-in topics in its language. */
async function localize(view: PageView): Promise<PageView> {
  const texts = await loadMasterTexts(SUBSCRIPTION_TYPES, view.language);
  const { confirmation } = view;
  return {
    ...view,
    channels: view.channels.map((channel) => ({
      ...channel,
      types: channel.types.map((type) => ({
        ...type,
        name: texts.name(type),
        description: type.description === null ? null : texts.describe(type.description),
      })),
    })),
    confirmation: confirmation && {
      ...confirmation,
      type: texts.name({ code: confirmation.code, name: confirmation.type }),
    },
  };
}

function presentConfirmation(
  { token, organisation, to, language }: PageView,
  { type, text }: NonNullable<PageView["confirmation"]>,
): RawResponse {
  const words = translationsFor(language).confirmation;
  const body = html`<p>${fillPlaceholders(words.about, { from: organisation, to, type })}</p>
<blockquote class="text" dir="auto">${text}</blockquote>
<form method="post" action="/u/${token}">
<div class="buttons"><button name="act" value="confirm">${words.button}</button></div>
</form>
<p>${words.ignore}</p>`;
  return renderPage(words.title, body, 200, { language, style });
}

/** Each type is a row with its switch at the end. On narrow screens the switch is below the text. */
const style = new Markup(`
blockquote { margin: 1rem 0; padding: 0.75rem 1rem; background: var(--surface); border: 1px solid var(--border); border-inline-start: 0.25rem solid var(--accent); border-radius: 0.375rem; }
.types { margin: 0; padding: 0; list-style: none; border-top: 1px solid var(--border); }
.types li { display: flex; flex-wrap: wrap; gap: 0.5rem 1rem; align-items: center; justify-content: space-between; padding: 0.75rem 0; border-bottom: 1px solid var(--border); }
.types .name { flex: 1 1 15rem; min-width: 0; }
.types h4 { margin: 0; font-size: inherit; font-weight: 600; }
.types p { margin: 0.125rem 0 0; }
`);

function presentPage(view: PageView, status?: string): RawResponse {
  const { organisation, to, language } = view;
  const words = translationsFor(language);
  const body = html`${status && html`<p role="status"><strong>${status}</strong></p>`}
<p>${fillPlaceholders(words.about, { from: organisation, to })}</p>
${view.channels.map((channel) => renderChannel(view, channel, words))}
<h2>${words.besides}</h2>
<p>${words.service}</p>
<p>${words.security}</p>`;
  return renderPage(words.title, body, 200, { language, style });
}

function renderChannel(view: PageView, { channel, state, types }: ChannelView, words: Translations): Markup {
  const isOpen = state === "on";
  return html`<h2>${words.channels[channel]}</h2>
<h3 id="${channel}">${words.all}</h3>
<p>${fillPlaceholders(words.states[state], { from: view.organisation })}</p>
${renderSwitch(view, { channel, state, label: { out: words.out, in: words.in }, describedBy: channel })}
${
  types.length === 0
    ? undefined
    : html`<h3>${words.types}</h3>
${isOpen ? undefined : html`<p class="hint">${words.types_closed}</p>`}
<ul class="types">
${types.map((type) => renderType(view, { channel, type, isOpen }, words))}</ul>
`
}`;
}

function renderType(
  view: PageView,
  { channel, type, isOpen }: { channel: ChannelView["channel"]; type: TypeView; isOpen: boolean },
  words: Translations,
): Markup {
  const { code, name, description, state } = type;
  const id = `${channel}-${code}`;
  const label = { out: words.unsubscribe, in: words.subscribe };
  return html`<li><div class="name"><h4 id="${id}" dir="auto">${name}</h4>
${description === null ? undefined : html`<p class="hint" dir="auto">${description}</p>`}
${isOpen ? html`<p>${fillPlaceholders(words.type_states[state], { from: view.organisation })}</p>` : undefined}</div>
${isOpen ? renderSwitch(view, { channel, type: code, state, label, describedBy: id }) : undefined}</li>
`;
}

interface Switch {
  channel: ChannelView["channel"];
  /** The subscription type; without it, all marketing. */
  type?: string;
  state: ChannelView["state"];
  label: { in: string; out: string };
  describedBy: string;
}

/** Renders the button that changes a state between `on` and `off`; nothing for other states. */
function renderSwitch({ token }: PageView, { channel, type, state, label, describedBy }: Switch): Markup | undefined {
  const act = state === "on" ? "out" : state === "off" ? "in" : undefined;
  return (
    act &&
    html`<form method="post" action="/u/${token}">
<input type="hidden" name="channel" value="${channel}">
${type && html`<input type="hidden" name="type" value="${type}">`}
<div class="buttons"><button${type && html` class="other"`} name="act" value="${act}" aria-describedby="${describedBy}">${label[act]}</button></div>
</form>`
  );
}
