import type { Brand } from "../../kernel/brand.ts";
import type { ProbeResult } from "../../kernel/ports.ts";
import { listBlockImages, listBlockLinks, listBlockTexts, listPlacedBlocks } from "./mail-block.rules.ts";
import type { MailBlock } from "./mail-block.ts";
import { findingMessages } from "./mail-finding.data.ts";
import type { Finding } from "./mail-finding.ts";
import { decodeCharacters } from "./mail-inline.rules.ts";
import { listMergeFields, type Path } from "./merge-fields.rules.ts";
import { hasPreferencesPlace } from "./preferences-link.rules.ts";

/** Pure rules of the check before a mail is sent (docs/messaging/message-templates.md). */

/** A template, and what `renderTemplate` made of it. */
interface CheckedMail {
  readonly channel: "EMAIL" | "SMS";
  readonly subject: string | null;
  readonly body_html: string | null;
  readonly body_text: string | null;
  readonly blocks: readonly MailBlock[] | null;
  readonly html: string | null;
  readonly text: string;
  readonly missing: readonly Path[];
}

export interface MailLink {
  readonly url: string;
  /** Where the template has it first. */
  readonly field: string;
}

const TAG_PATTERN = /<(a|img)\b((?:\s+[a-z-]+(?:\s*=\s*(?:"[^"]*"|'[^']*'))?)*)\s*\/?>/gi;

/** Returns the attributes of the links and images of valid HTML, decoded. */
const listTags = (html: string): { name: string; attributes: ReadonlyMap<string, string> }[] =>
  [...html.matchAll(TAG_PATTERN)].map(([, name = "", attributes = ""]) => ({
    name: name.toLowerCase(),
    attributes: new Map(
      [...attributes.matchAll(/([a-z-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'))?/gi)].map(
        ([, attribute = "", quoted, apostrophed]) => [attribute.toLowerCase(), decodeCharacters(quoted ?? apostrophed ?? "")],
      ),
    ),
  }));

/** Returns the web addresses to which a mail links, without duplicates. */
export function listWebLinks(mail: Pick<CheckedMail, "blocks" | "body_html">): MailLink[] {
  return listFirst(listLinks(mail).filter(({ url }) => isWebAddress(url) && !EXAMPLE_HOST.test(url)));
}

const isWebAddress = (url: string): boolean => /^https?:\/\//i.test(url) && URL.canParse(url);

const listLinks = ({ blocks, body_html }: Pick<CheckedMail, "blocks" | "body_html">): MailLink[] =>
  blocks
    ? listPlacedBlocks(blocks).flatMap(({ path, block }) =>
        listBlockLinks(block).map(({ path: field, url }) => ({ url, field: `${path}.${field}` })),
      )
    : listTags(body_html ?? "").flatMap(({ name, attributes }) =>
        name === "a" ? [{ url: attributes.get("href") ?? "", field: "body_html" }] : [],
      );

/** What a mail can link to beside web addresses: places in itself such as the preferences, mail addresses, telephone numbers, merge fields. */
const OTHER_LINK = /^(?:#|mailto:[^\s@]+@[^\s@]+|(?:tel|sms):[+\d]|\{\{)/i;

/** Returns the links that no reader can follow, and those to pages without encryption, each at its first place. */
function findFormFaults(mail: CheckedMail): Finding[] {
  return listFirst(listLinks(mail)).flatMap(({ url, field }) => {
    if (OTHER_LINK.test(url.trim())) return [];
    if (!isWebAddress(url)) return [error("broken_link", field, findingMessages.broken_link(url))];
    return /^http:/i.test(url) ? [warning("insecure_link", field, findingMessages.insecure_link(url))] : [];
  });
}

/** Returns each address once, at its first place. */
const listFirst = (links: readonly MailLink[]): MailLink[] =>
  links.filter(({ url }, index) => links.findIndex((other) => other.url === url) === index);

/** Finds the field of a template that has a merge field. */
function findMergeField(path: Path, { subject, body_html, blocks }: CheckedMail): string {
  if (listMergeFields(subject).includes(path)) return "subject";
  const block = listPlacedBlocks(blocks ?? [])
    .flatMap(({ path: place, block: placed }) =>
      listBlockTexts(placed).map(({ path: field, text }) => ({ field: `${place}.${field}`, text })),
    )
    .find(({ text }) => listMergeFields(text).includes(path));
  return block?.field ?? (listMergeFields(body_html).includes(path) ? "body_html" : "body_text");
}

const error = (code: Finding["code"], field: string | null, message: string): Finding => ({
  ...{ code, severity: "error", message, field },
});
const warning = (code: Finding["code"], field: string | null, message: string): Finding => ({
  ...{ code, severity: "warning", message, field },
});

/** The address is added to marketing mails that do not show it (marketing-footer.rules.ts), so only the settings can lack it. */
const findAddress = ({ address }: Brand): Finding[] =>
  address.length === 0 ? [error("no_postal_address", null, findingMessages.no_address_in_settings)] : [];

function findMissingTexts({ blocks, body_html }: CheckedMail): Finding[] {
  // An image block without a text is decorative.
  if (blocks) return [];
  const images = listTags(body_html ?? "").filter(({ name, attributes }) => name === "img" && !attributes.has("alt"));
  return images.length === 0 ? [] : [error("missing_alt", "body_html", findingMessages.missing_alt(images.length))];
}

/** Names that exist for examples alone (RFC 2606): the layouts to start from have addresses with them. */
const EXAMPLE_HOST = /^https?:\/\/(?:[^/?#]*\.)?(?:example(?:\.(?:com|net|org))?|invalid|test)(?::\d+)?(?:[/?#]|$)/i;

/** Returns a finding for each example, at its first place. */
function findPlaceholders({ blocks }: CheckedMail): Finding[] {
  const examples = listPlacedBlocks(blocks ?? []).flatMap(({ path, block }) =>
    [...listBlockImages(block), ...listBlockLinks(block)].flatMap(({ path: field, url }): MailLink[] =>
      EXAMPLE_HOST.test(url) ? [{ url, field: `${path}.${field}` }] : [],
    ),
  );
  return listFirst(examples).map(({ url, field }) =>
    error("placeholder_address", field, findingMessages.placeholder_address(url)),
  );
}

/** Returns what is wrong with a mail, as far as the mail itself shows it. Errors come first. */
export function findMailFaults(mail: CheckedMail, brand: Brand, maxBytes: number): Finding[] {
  const findings = mail.missing.map((path) =>
    error("unfilled_merge_field", findMergeField(path, mail), findingMessages.unfilled_merge_field(path)),
  );
  if (mail.channel === "SMS") return findings;
  const body = mail.blocks ? "blocks" : "body_html";
  const bytes = Buffer.byteLength(mail.html ?? "");
  if (bytes > maxBytes) findings.push(error("too_large", body, findingMessages.too_large(bytes, maxBytes)));
  findings.push(...findMissingTexts(mail), ...findPlaceholders(mail), ...findFormFaults(mail), ...findAddress(brand));
  if (mail.html !== null && !hasPreferencesPlace(mail.html))
    findings.push(
      warning(
        "no_unsubscribe",
        body,
        mail.blocks ? findingMessages.no_unsubscribe_in_blocks : findingMessages.no_unsubscribe_in_html,
      ),
    );
  if (!/[\p{L}\p{N}]/u.test(mail.text)) findings.push(warning("no_text", body, findingMessages.no_text));
  return sortFindings(findings);
}

/** Programs that answer these statuses exist, but refuse requests of programs. */
const ANSWERED_STATUSES: ReadonlySet<number> = new Set([401, 403, 405, 429]);

/** Returns the finding of a link that was requested, if there is one. */
export function findLinkFault({ url, field }: MailLink, result: ProbeResult): Finding | undefined {
  if ("skipped" in result) return warning("unchecked_link", field, findingMessages.unchecked_link(url, result.skipped));
  if ("problem" in result) return warning("dead_link", field, findingMessages.dead_link(url, result.problem));
  const isAlive = result.status < 400 || ANSWERED_STATUSES.has(result.status);
  return isAlive ? undefined : warning("dead_link", field, findingMessages.dead_status(url, result.status));
}

export const sortFindings = (findings: readonly Finding[]): Finding[] => [
  ...findings.filter(({ severity }) => severity === "error"),
  ...findings.filter(({ severity }) => severity === "warning"),
];
