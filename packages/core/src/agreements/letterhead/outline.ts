import { buildShade } from "../../kernel/brand-color.rules.ts";
import type { BusinessDocument } from "../../lib/pdf/document.ts";
import { Letterhead } from "../../platform/tenant/letterhead.ts";
import { hashDocument } from "./document-hash.rules.ts";
import type { Letter } from "./letter.schema.ts";

/** A document whose logo is not loaded yet. */
export interface Outline {
  record_id: string;
  /** SHA-256 of the content, in hexadecimal. */
  digest: string;
  file_name: string;
  render(): Promise<BusinessDocument>;
}

/** The content that a record shows to a customer. */
interface DocumentContent {
  language: string;
  title: string;
  day: string;
  blocks: BusinessDocument["blocks"];
  letter: Letter;
}

/** Builds an outline. The document id is the record id and the hash of the content, so equal content has an equal id. */
export function buildOutline(id: string, content: DocumentContent): Outline {
  const { letter } = content;
  const body = buildBody(content);
  const version = letter.brand_color === undefined ? [] : [LAYOUT_VERSION];
  const digest = hashDocument([body, letter.logo_upload_id, ...version]);
  return {
    record_id: id,
    digest,
    file_name: `${body.title}.pdf`,
    render: async () => ({ ...(await withLogo(body, letter)), id: `${id}/${digest}` }),
  };
}

/** The version of the layout of letters that are composed now. A letter that was stored earlier keeps its PDF. */
const LAYOUT_VERSION = 2;

type DocumentBody = Omit<BusinessDocument, "id">;

const buildBody = ({
  language,
  title,
  day,
  blocks,
  letter: { paper, from, to, footer, brand_color },
}: DocumentContent): DocumentBody => ({
  language,
  title,
  at: `${day}T00:00:00.000Z`,
  paper,
  ...(from[0] ? { author: from[0] } : {}),
  header: { from, to },
  ...(brand_color ? { accent: buildShade(brand_color, "light").accent } : {}),
  blocks,
  ...(footer ? { footer } : {}),
});

async function withLogo(body: DocumentBody, { logo_upload_id, from }: Letter): Promise<DocumentBody> {
  const bytes = logo_upload_id ? await Letterhead.readLogo(logo_upload_id) : undefined;
  return bytes ? { ...body, header: { ...body.header, logo: { bytes, alt: from[0] ?? "" } } } : body;
}
