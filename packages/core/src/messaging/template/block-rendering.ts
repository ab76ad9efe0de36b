import { usePorts, useSettings } from "../../kernel/context.ts";
import { ruleViolation } from "../../kernel/error.ts";
import { buildBrand } from "../../platform/tenant/brand.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import type { MailBlock } from "./mail-block.ts";
import { type RenderedMail, renderMail } from "./mail-renderer.rules.ts";
import { MAX_HTML_BYTES, MAX_TEXT_LENGTH } from "./message-template.rules.ts";

/** Renders blocks with the brand of the tenant. Loaded by what writes templates; what sends them has the rendered bodies. */

interface BlockContent {
  readonly blocks: readonly MailBlock[];
  readonly subject: string | null;
  readonly language: string | null;
}

/** Renders blocks in the language of the template, by default that of the letterhead. */
export async function renderBlocks({ blocks, subject, language }: BlockContent): Promise<RenderedMail> {
  const look = {
    ...{ subject: subject ?? "", brand: buildBrand(await Tenant.get({})), origin: usePorts().origin },
    language: language ?? useSettings().letterhead.language,
  };
  return renderMail(blocks, look);
}

/** Returns the bodies of a template. Answers 422 if the mail is too large. */
export async function renderBodies(content: BlockContent): Promise<{ body_html: string; body_text: string }> {
  const { html, text } = await renderBlocks(content);
  const bytes = Buffer.byteLength(html);
  if (bytes > MAX_HTML_BYTES)
    throw ruleViolation("The mail is too large", [
      {
        field: "blocks",
        message: `The HTML has ${bytes} bytes, and mail programs cut more than ${MAX_HTML_BYTES}: shorten texts or remove blocks`,
      },
    ]);
  if (text.length > MAX_TEXT_LENGTH)
    throw ruleViolation("The mail is too long", [
      { field: "blocks", message: `The text has ${text.length} characters: shorten it to ${MAX_TEXT_LENGTH}` },
    ]);
  return { body_html: html, body_text: text };
}
