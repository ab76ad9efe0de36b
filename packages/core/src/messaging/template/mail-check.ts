import { usePorts, useTenant } from "../../kernel/context.ts";
import { Throttle } from "../../platform/auth/throttle.ts";
import { buildBrand } from "../../platform/tenant/brand.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { renderBlocks } from "./block-rendering.ts";
import { findLinkFault, findMailFaults, listWebLinks, type MailLink, sortFindings } from "./mail-check.rules.ts";
import { findingMessages } from "./mail-finding.data.ts";
import type { Finding } from "./mail-finding.ts";
import type { Values } from "./merge-fields.rules.ts";
import type { TemplateRecord } from "./message-template.entity.ts";
import { MAX_HTML_BYTES, renderTemplate } from "./message-template.rules.ts";

/** The check before a mail is sent: its rules, and whether the addresses to which it links answer. */

/** Maximum number of addresses that one check requests. */
const MAX_LINKS = 30;
/** Requests at the same time. With `LINK_SECONDS`, all addresses take at most twelve seconds. */
const MAX_CONCURRENT_LINKS = 10;
const LINK_SECONDS = 4;
/** Maximum number of checks of a tenant in an hour: each requests addresses of others. */
const MAX_CHECKS_PER_HOUR = 120;

/** The texts of a mail: of a template, or written for one send. */
type CheckedMail = Pick<TemplateRecord, "channel" | "blocks" | "subject" | "language" | "body_html" | "body_text">;

export async function checkMail(
  template: CheckedMail,
  values: Values,
): Promise<{ findings: Finding[]; html_bytes: number | null }> {
  await Throttle.attempt("mail", [`check of ${useTenant()}`, MAX_CHECKS_PER_HOUR]);
  const rendered = renderTemplate(template, values);
  const brand = buildBrand(await Tenant.get({}));
  const [brandFindings, linkFindings] = await Promise.all([checkBrand(template), checkLinks(listWebLinks(template))]);
  return {
    findings: sortFindings([
      ...findMailFaults({ ...rendered, ...template }, brand, MAX_HTML_BYTES),
      ...brandFindings,
      ...linkFindings,
    ]),
    html_bytes: rendered.html === null ? null : Buffer.byteLength(rendered.html),
  };
}

/** The bodies of a template have the brand of its last change. */
async function checkBrand({ blocks, subject, language, body_html }: CheckedMail): Promise<Finding[]> {
  if (!blocks || (await renderBlocks({ blocks, subject, language })).html === body_html) return [];
  return [{ code: "outdated_brand", severity: "warning", message: findingMessages.outdated_brand, field: "blocks" }];
}

async function checkLinks(links: readonly MailLink[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  const { outbound } = usePorts();
  for (let index = 0; index < Math.min(links.length, MAX_LINKS); index += MAX_CONCURRENT_LINKS) {
    const slice = links.slice(index, Math.min(index + MAX_CONCURRENT_LINKS, MAX_LINKS));
    const results = await Promise.all(slice.map(({ url }) => outbound.probe({ url, timeoutSeconds: LINK_SECONDS })));
    findings.push(...slice.flatMap((link, position) => (results[position] && findLinkFault(link, results[position])) ?? []));
  }
  const [unchecked] = links.slice(MAX_LINKS);
  if (unchecked)
    findings.push({
      ...{ code: "unchecked_link", severity: "warning", field: unchecked.field },
      message: findingMessages.too_many_links(MAX_LINKS, links.length),
    });
  return findings;
}
