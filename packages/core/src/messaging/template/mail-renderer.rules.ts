import { type Brand, readInitial } from "../../kernel/brand.ts";
import { buildShade, type Shade } from "../../kernel/brand-color.rules.ts";
import { escapeHtml } from "../../kernel/html.ts";
import { matchLanguage } from "../../kernel/language.ts";
import { listPlacedBlocks } from "./mail-block.rules.ts";
import type { BlockOf, MailBlock } from "./mail-block.ts";
import { escapeAroundFields, renderInline } from "./mail-inline.rules.ts";
import { preferencesLabels } from "./mail-labels.data.ts";
import { listFooterLines, renderBlocksText } from "./mail-text.rules.ts";
import { PREFERENCES_HREF } from "./preferences-link.rules.ts";
import { networkNames } from "./social-networks.data.ts";

/**
 * Renders blocks as the HTML and the text of a mail (docs/messaging/message-templates.md). Mail programs support few styles: so the layout is tables
 * of at most 600 pixels, and each element has its own styles. A `<style>` adds what it can only add: the dark scheme and the columns of phones. Programs
 * without it show the light scheme and columns side by side. The same input gives the same bytes. Merge fields stay in the texts.
 */

interface MailLook {
  /** Stands in the title of the page. */
  readonly subject: string;
  readonly brand: Brand;
  /** A BCP 47 tag. */
  readonly language: string;
  /** The origin of the system, for the logo. */
  readonly origin: string;
}

export interface RenderedMail {
  readonly html: string;
  readonly text: string;
}

const [WIDTH, PADDING, GAP] = [600, 24, 16] as const;
const FONT = "font-family:-apple-system,'Segoe UI',Roboto,'Noto Sans',Arial,sans-serif";
const light = { page: "#FAFAFA", card: "#FFFFFF", text: "#18181B", muted: "#5F5F68", line: "#E4E4E7" } as const;
const dark = { page: "#111113", card: "#18181B", text: "#EDEDEF", muted: "#A1A1AA", line: "#2E2E33" } as const;
const TABLE = `role="presentation" cellpadding="0" cellspacing="0" border="0"`;

interface MailContext {
  readonly look: MailLook;
  readonly start: "left" | "right";
  readonly end: "left" | "right";
  readonly dir: "ltr" | "rtl";
  /** The colour of buttons and links without a colour of their own. */
  readonly shade: Shade;
  /** The colours of buttons; the position gives the class that changes them in the dark scheme. */
  readonly colors: readonly (string | null)[];
  /** The width of the column in pixels. */
  readonly width: number;
}

/** Scripts that are written from right to left. */
const RTL_LANGUAGES: ReadonlySet<string> = new Set(["ar", "dv", "fa", "he", "ks", "ps", "sd", "ug", "ur", "yi"]);

/** Renders blocks whose texts have no faults (`findBlockFaults`). */
export function renderMail(blocks: readonly MailBlock[], look: MailLook): RenderedMail {
  const isRtl = RTL_LANGUAGES.has(look.language.split("-")[0] ?? "");
  const buttonColors = listPlacedBlocks(blocks).flatMap(({ block }) => (block.type === "button" ? [readColor(block)] : []));
  const context: MailContext = {
    ...{ look, dir: isRtl ? "rtl" : "ltr", start: isRtl ? "right" : "left", end: isRtl ? "left" : "right" },
    ...{
      shade: buildShade(look.brand.color, "light"),
      colors: [...new Set([null, ...buttonColors])],
      width: WIDTH - 2 * PADDING,
    },
  };
  return { html: renderPage(blocks, context), text: renderBlocksText(blocks, look.brand) };
}

const readColor = ({ color }: BlockOf<"button">): string | null => color?.toLowerCase() ?? null;

function renderPage(blocks: readonly MailBlock[], context: MailContext): string {
  const { look, dir } = context;
  const rows = blocks.map((block) =>
    renderRow(`padding:0 ${PADDING}px ${readGap(block)}px`, "m-pad", renderBlock(block, context)),
  );
  return `<!doctype html>
<html lang="${escapeHtml(look.language)}" dir="${dir}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${escapeAroundFields(look.subject)}</title>
<style>
${renderSheet(context)}
</style>
</head>
<body class="m-page" style="margin:0;padding:0;background:${light.page}">
<table ${TABLE} width="100%" dir="${dir}" class="m-page" style="background:${light.page}"><tr><td align="center" class="m-edge" style="padding:24px 12px">
<!--[if mso]><table ${TABLE} width="${WIDTH}"><tr><td><![endif]-->
<table ${TABLE} width="100%" dir="${dir}" class="m-card m-text" style="max-width:${WIDTH}px;background:${light.card};border:1px solid ${light.line};border-top:4px solid ${context.shade.accent};border-radius:8px;${FONT};font-size:16px;line-height:24px;color:${light.text};text-align:${context.start}">
${renderRow(`padding:20px ${PADDING}px`, "m-pad", renderHead(context))}
${rows.join("\n")}
</table>
<!--[if mso]></td></tr></table><![endif]-->
</td></tr></table>
</body>
</html>
`;
}

/** The space below a block. A text ends with the space below its last paragraph. */
const readGap = ({ type }: MailBlock): number => (type === "text" || type === "columns" ? 4 : type === "heading" ? 8 : GAP);

const renderRow = (style: string, className: string, content: string): string =>
  `<tr><td${className === "" ? "" : ` class="${className}"`} style="${style}">${content}</td></tr>`;

/** A brace of the sheet is never beside another one: two are the mark of a merge field. */
function renderSheet({ look, colors }: MailContext): string {
  const accent = buildShade(look.brand.color, "dark").accent;
  const buttons = colors.map((color, index) => {
    const shade = buildShade(color ?? look.brand.color, "dark");
    return `.m-b${index}{background:${shade.accent}!important;color:${shade.onAccent}!important}`;
  });
  return `:root{color-scheme:light dark;supported-color-schemes:light dark}
td{overflow-wrap:anywhere}
@media (max-width:480px){
.m-edge{padding:0!important}
.m-pad{padding-left:16px!important;padding-right:16px!important}
.m-col{display:block!important;width:auto!important;padding-left:0!important;padding-right:0!important}
.m-wide{max-width:100%!important}
}
@media (prefers-color-scheme:dark){
.m-page{background:${dark.page}!important}
.m-card{background:${dark.card}!important;border-color:${dark.line}!important;border-top-color:${accent}!important}
.m-text{color:${dark.text}!important}
.m-muted{color:${dark.muted}!important}
.m-link{color:${accent}!important}
.m-line{border-color:${dark.line}!important}
.m-logo{background:#FFFFFF!important;padding:4px 8px!important;border-radius:6px!important}
${buttons.join("\n")}
}`;
}

function renderHead({ look: { brand, origin }, shade, start }: MailContext): string {
  const name = escapeHtml(brand.name);
  const style = `font-size:16px;line-height:24px;font-weight:600`;
  if (brand.logo_path)
    return `<img src="${escapeHtml(origin + brand.logo_path)}" alt="${name}" height="40" class="m-logo" style="display:block;height:40px;width:auto;max-width:100%;border:0;color:${light.text};${style}">`;
  const mark = `<td width="32" height="32" align="center" class="m-b0" style="background:${shade.accent};color:${shade.onAccent};border-radius:6px;${style}">${escapeHtml(readInitial(brand.name))}</td>`;
  return `<table ${TABLE}><tr>${mark}<td class="m-text" style="padding-${start}:12px;color:${light.text};${style}"><bdi>${name}</bdi></td></tr></table>`;
}

const headingStyles = {
  1: "font-size:28px;line-height:36px",
  2: "font-size:20px;line-height:28px",
  3: "font-size:16px;line-height:24px",
} as const;

const toSide = (align: "start" | "center" | "end", { start, end }: MailContext): string =>
  align === "center" ? "center" : align === "end" ? end : start;

const renderLines = (text: string): string => escapeAroundFields(text).replaceAll("\n", "<br>");

const linkAttributes = ({ shade }: MailContext): string =>
  `class="m-link" style="color:${shade.accent};text-decoration:underline"`;

function renderBlock(block: MailBlock, context: MailContext): string {
  switch (block.type) {
    case "heading":
      return `<h${block.level} class="m-text" style="margin:0;${headingStyles[block.level]};font-weight:600;color:${light.text};text-align:${toSide(block.align, context)}">${renderLines(block.text)}</h${block.level}>`;
    case "text":
      return `<div class="m-text" style="color:${light.text};text-align:${toSide(block.align, context)}">${renderInline(
        block.html,
        {
          link: linkAttributes(context),
          quote: `class="m-muted m-line" style="margin:0 0 12px;padding-${context.start}:12px;border-${context.start}:3px solid ${light.line};color:${light.muted}"`,
          start: context.start,
        },
      )}</div>`;
    case "image":
      return renderImage(block, context);
    case "button":
      return renderButton(block, context);
    case "divider":
      return `<table ${TABLE} width="100%"><tr><td class="m-line" height="1" style="padding:0;border-top:1px solid ${light.line};font-size:0;line-height:0">&nbsp;</td></tr></table>`;
    case "spacer":
      return `<div style="height:${Math.max(block.height - GAP, 0)}px;font-size:0;line-height:0">&nbsp;</div>`;
    case "products":
      return renderProducts(block, context);
    case "social":
      return renderSocial(block, context);
    case "columns":
      return renderColumns(block, context);
    case "footer":
      return renderFooter(block, context);
  }
}

/** Programs that block images show the alternative text in the colour of less important text. */
const ALT_STYLE = `border:0;font-size:14px;line-height:20px;color:${light.muted}`;

function renderImage({ url, alt, width, link, align }: BlockOf<"image">, context: MailContext): string {
  const pixels = Math.min(width ?? context.width, context.width);
  const image = `<img src="${escapeHtml(url)}" alt="${escapeHtml(alt)}" width="${pixels}" class="m-muted${width ? "" : " m-wide"}" style="display:inline-block;vertical-align:bottom;width:100%;max-width:${pixels}px;height:auto;border-radius:6px;${ALT_STYLE}">`;
  const shown = link ? `<a href="${escapeHtml(link)}" ${linkAttributes(context)}>${image}</a>` : image;
  return `<div style="text-align:${toSide(align, context)}">${shown}</div>`;
}

/** The cell has the colour as well as the link: Outlook draws no padding of links. */
function renderButton(button: BlockOf<"button">, context: MailContext): string {
  const color = readColor(button);
  const { accent, onAccent } = color === null ? context.shade : buildShade(color, "light");
  const className = `m-b${context.colors.indexOf(color)}`;
  const link = `display:inline-block;padding:12px 24px;background:${accent};color:${onAccent};border-radius:6px;font-size:16px;line-height:20px;font-weight:600;text-decoration:none`;
  const cell = `<td class="${className}" bgcolor="${accent}" style="background:${accent};border-radius:6px;mso-padding-alt:12px 24px"><a href="${escapeHtml(button.url)}" class="${className}" style="${link}">${escapeAroundFields(button.label)}</a></td>`;
  return `<table ${TABLE} align="${toSide(button.align, context)}" style="margin:${button.align === "center" ? "0 auto" : "0"}"><tr>${cell}</tr></table>`;
}

const PRODUCT_IMAGE_WIDTH = 96;

function renderProducts({ items }: BlockOf<"products">, context: MailContext): string {
  const hasImages = items.some(({ image_url }) => image_url);
  const rows = items.map(({ name, text, price, image_url, url }, index) => {
    const padding = index === 0 ? "0" : "12px 0 0";
    const link = (content: string, attributes: string): string =>
      url ? `<a href="${escapeHtml(url)}" ${attributes}>${content}</a>` : content;
    // The name stands beside the image, so the image needs no text of its own.
    const image = image_url
      ? `<img src="${escapeHtml(image_url)}" alt="" width="${PRODUCT_IMAGE_WIDTH}" style="display:block;width:${PRODUCT_IMAGE_WIDTH}px;height:auto;border:0;border-radius:6px">`
      : "";
    const picture = hasImages
      ? `<td width="${PRODUCT_IMAGE_WIDTH}" valign="top" style="padding:${padding};padding-${context.end}:16px">${image}</td>`
      : "";
    const lines = [
      `<div style="font-weight:600">${link(escapeAroundFields(name), linkAttributes(context))}</div>`,
      ...(text
        ? [`<div class="m-muted" style="font-size:14px;line-height:20px;color:${light.muted}">${renderLines(text)}</div>`]
        : []),
      ...(price ? [`<div style="font-size:14px;line-height:20px;font-weight:600">${escapeAroundFields(price)}</div>`] : []),
    ];
    return `<tr>${picture}<td valign="top" class="m-text" style="padding:${padding};color:${light.text}">${lines.join("")}</td></tr>`;
  });
  return `<table ${TABLE} width="100%" dir="${context.dir}">${rows.join("\n")}</table>`;
}

function renderSocial({ links, align }: BlockOf<"social">, context: MailContext): string {
  const items = links.map(
    ({ network, url }) =>
      `<a href="${escapeHtml(url)}" class="m-link" style="display:inline-block;padding:4px 8px;color:${context.shade.accent};text-decoration:underline">${networkNames[network]}</a>`,
  );
  return `<div style="margin:0 -8px;font-size:14px;line-height:20px;text-align:${toSide(align, context)}">${items.join(" ")}</div>`;
}

function renderColumns({ columns, stack }: BlockOf<"columns">, context: MailContext): string {
  const width = Math.floor((context.width - GAP * (columns.length - 1)) / columns.length);
  const cells = columns.map((column, index) => {
    const rows = column.map((block) =>
      renderRow(`padding:0 0 ${readGap(block)}px`, "", renderBlock(block, { ...context, width })),
    );
    const [before, after] = [index === 0 ? 0 : GAP / 2, index === columns.length - 1 ? 0 : GAP / 2];
    const padding = `padding:0;padding-${context.start}:${before}px;padding-${context.end}:${after}px`;
    return `<td${stack ? ' class="m-col"' : ""} width="${Math.floor(100 / columns.length)}%" valign="top" style="${padding}"><table ${TABLE} width="100%" dir="${context.dir}">${rows.join("")}</table></td>`;
  });
  return `<table ${TABLE} width="100%" dir="${context.dir}"><tr>${cells.join("")}</tr></table>`;
}

function renderFooter({ text }: BlockOf<"footer">, context: MailContext): string {
  const { look } = context;
  const label = preferencesLabels[matchLanguage(look.language) ?? "en"];
  const lines = [
    ...(text ? [renderLines(text)] : []),
    ...listFooterLines(look.brand).map((line) => escapeHtml(line)),
    `<a href="${PREFERENCES_HREF}" class="m-muted" style="color:${light.muted};text-decoration:underline">${escapeHtml(label)}</a>`,
  ];
  const style = `padding:${GAP}px 0 8px;border-top:1px solid ${light.line};font-size:12px;line-height:16px;color:${light.muted}`;
  return `<table ${TABLE} width="100%" dir="${context.dir}"><tr><td class="m-muted m-line" style="${style}">${lines.map((line) => `<div dir="auto" style="margin:0 0 4px;text-align:${context.start}">${line}</div>`).join("")}</td></tr></table>`;
}
