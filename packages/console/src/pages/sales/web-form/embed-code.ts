/** The code that shows a form on another page. */

export const formAddress = (origin: string, key: string): string => `${origin}/f/${key}`;

const escapeAttribute = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

type EmbeddedForm = Readonly<Record<string, unknown>>;

/** Heights in pixels: of the heading and the button, and of a question. */
const [FRAME_HEIGHT, QUESTION_HEIGHT] = [200, 96];

export const buildScriptCode = (address: string): string => `<script src="${address}/embed.js" async></script>`;

export function buildFrameCode(address: string, { title, name, questions, consent_text }: EmbeddedForm): string {
  const count = (Array.isArray(questions) ? questions.length : 6) + (consent_text ? 1 : 0);
  const height = FRAME_HEIGHT + count * QUESTION_HEIGHT;
  return `<iframe src="${address}/frame" title="${escapeAttribute(String(title ?? name ?? ""))}" width="100%" height="${height}" style="border: 0" loading="lazy"></iframe>`;
}
