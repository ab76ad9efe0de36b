import { type Brand, readInitial } from "../../kernel/brand.ts";
import { buildShade, type Shade } from "../../kernel/brand-color.rules.ts";
import { escapeHtml } from "../../kernel/html.ts";
import { type Language, matchLanguage } from "../../kernel/language.ts";
import { stripLinks } from "../../kernel/mail-sanitizer.ts";

/**
 * The HTML of a mail to a customer, made from its text: the head with the logo or the name, a button for the link, and the address of the tenant at
 * the foot. Mail programs support few styles, so each element has its own. Many do not load pictures: then the name stands in place of the logo.
 */

interface BrandedMail {
  text: string;
  language: string;
  brand: Brand;
  /** The origin of the system: links to it are shown as buttons. */
  origin: string;
}

const buttonLabels: Readonly<Record<Language, string>> = {
  en: "Open",
  de: "Öffnen",
  fr: "Ouvrir",
  es: "Abrir",
  it: "Apri",
  ar: "فتح",
  ja: "開く",
  "zh-Hans": "打开",
  "zh-Hant": "開啟",
  ko: "열기",
};

const FONT = "font-family:-apple-system,'Segoe UI',Roboto,'Noto Sans',Arial,sans-serif";
const [TEXT_COLOR, MUTED_COLOR, BORDER] = ["#18181B", "#5F5F68", "1px solid #E4E4E7"];

export function renderBrandedHtml({ text, language, brand, origin }: BrandedMail): string {
  const matched = matchLanguage(language) ?? "en";
  const shade = buildShade(brand.color, "light");
  const paragraphs = text
    .trim()
    .split(/\n{2,}/)
    .map((paragraph) => renderParagraph(paragraph, { origin, shade, label: buttonLabels[matched] }));
  return `<!doctype html>
<html lang="${escapeHtml(language)}" dir="${matched === "ar" ? "rtl" : "ltr"}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light"></head>
<body style="margin:0;padding:0;background:#FAFAFA">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="background:#FAFAFA"><tr><td align="center" style="padding:24px 12px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:600px;background:#FFFFFF;border:${BORDER};border-top:4px solid ${shade.accent};border-radius:8px;${FONT}">
<tr><td style="padding:20px 24px;border-bottom:${BORDER}">${renderHead(brand, shade, origin)}</td></tr>
<tr><td style="padding:12px 24px 20px;font-size:14px;line-height:20px;color:${TEXT_COLOR}">
${paragraphs.join("\n")}
</td></tr>
<tr><td style="padding:16px 24px;border-top:${BORDER};font-size:12px;line-height:16px;color:${MUTED_COLOR}">${renderFoot(brand)}</td></tr>
</table>
</td></tr></table>
</body></html>
`;
}

function renderHead({ name, logo_path }: Brand, { accent, onAccent }: Shade, origin: string): string {
  const shownName = escapeHtml(stripLinks(name));
  const style = `font-size:16px;line-height:24px;font-weight:600;color:${TEXT_COLOR}`;
  if (logo_path)
    return `<img src="${escapeHtml(origin + logo_path)}" alt="${shownName}" height="40" style="display:block;height:40px;width:auto;max-width:100%;border:0;${style}">`;
  const mark = `<td width="32" height="32" align="center" style="background:${accent};color:${onAccent};border-radius:6px;font-size:16px;font-weight:600">${escapeHtml(readInitial(stripLinks(name)))}</td>`;
  return `<table role="presentation" cellpadding="0" cellspacing="0" border="0"><tr>${mark}<td style="padding:0 12px;${style}"><bdi>${shownName}</bdi></td></tr></table>`;
}

const renderFoot = ({ name, address, footer }: Brand): string =>
  [[name, ...address].map(stripWebLinks).join(" · "), ...(footer ? [stripWebLinks(footer)] : [])]
    .map((line) => `<div dir="auto">${escapeHtml(line)}</div>`)
    .join("");

const EMAIL = /(?<![/:\w.@])([\w.+-]+@[\w-]+(?:\.[\w-]+)+)(?![/:@?#\w])/;

/** Mail programs make links of addresses of the web, which a tenant could choose to deceive. Email addresses stay. */
const stripWebLinks = (line: string): string =>
  line
    .split(EMAIL)
    // Every second part is an email address.
    .map((part, index) => (index % 2 === 1 ? part : stripLinks(part)))
    .filter((part) => part !== "")
    .join(" ");

interface LinkOptions {
  origin: string;
  shade: Shade;
  label: string;
}

/** Renders a paragraph. A link to the system that stands alone on its line is a button, with its address below to copy. */
function renderParagraph(paragraph: string, options: LinkOptions): string {
  const lines = paragraph.split("\n").map((line) => renderLine(line, options));
  return `<p dir="auto" style="margin:12px 0">${lines.join("<br>")}</p>`;
}

function renderLine(line: string, { origin, shade: { accent, onAccent }, label }: LinkOptions): string {
  const text = escapeHtml(line);
  if (!line.startsWith(`${origin}/`) || /\s/.test(line)) return text;
  const button = `display:inline-block;margin:4px 0 8px;padding:8px 20px;background:${accent};color:${onAccent};border-radius:6px;font-weight:500;text-decoration:none`;
  const address = `font-size:12px;line-height:16px;color:${MUTED_COLOR};word-break:break-all`;
  return `<a href="${text}" style="${button}">${label}</a><br><a href="${text}" style="${address}">${text}</a>`;
}
