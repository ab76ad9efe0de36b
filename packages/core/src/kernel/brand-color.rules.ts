/**
 * The shades in which a tenant's colour is shown. As chosen, a colour may be too light for text on white, or too dark on a dark page. It is mixed
 * with black or white until its contrast is sufficient (WCAG 2.2, 1.4.3).
 */

/** The accent of tenants that have chosen no colour. */
export const DEFAULT_BRAND_COLOR = "#3B5BDB";
/** Minimum contrast of text. */
const MIN_CONTRAST = 4.5;

/** The backgrounds of pages, in the light and in the dark scheme: of the two of each scheme, the one with less contrast. */
const backgrounds = { light: "#FAFAFA", dark: "#212125" } as const;

const [BLACK, WHITE, DARK_TEXT] = ["#000000", "#FFFFFF", "#111113"] as const;

export interface Shade {
  /** For links, lines, and the background of buttons. */
  accent: string;
  /** For text on that background. */
  onAccent: string;
}

type Channels = readonly [red: number, green: number, blue: number];

const parseChannels = (color: string): Channels => {
  const value = Number.parseInt(color.slice(1), 16);
  return [value >> 16, (value >> 8) & 0xff, value & 0xff];
};

/** Returns a shade for the light or the dark scheme. */
export function buildShade(color: string | null, scheme: keyof typeof backgrounds): Shade {
  const accent = ensureContrast(color ?? DEFAULT_BRAND_COLOR, backgrounds[scheme], scheme === "light" ? BLACK : WHITE);
  const onAccent = computeContrast(accent, WHITE) >= MIN_CONTRAST ? WHITE : DARK_TEXT;
  return { accent, onAccent };
}

/** Mixes a colour with another, in steps of a twentieth, until its contrast with the background is sufficient. */
function ensureContrast(color: string, background: string, other: string): string {
  for (let step = 0; step < 20; step++) {
    const mixed = mixColors(color, other, step / 20);
    if (computeContrast(mixed, background) >= MIN_CONTRAST) return mixed;
  }
  return other;
}

function mixColors(color: string, other: string, share: number): string {
  const to = parseChannels(other);
  const channels = parseChannels(color).map((channel, index) => Math.round(channel + ((to[index] ?? 0) - channel) * share));
  return `#${channels.map((channel) => channel.toString(16).padStart(2, "0")).join("")}`;
}

/** Returns the contrast of two colours, from 1 to 21 (WCAG 2.2, contrast ratio). */
export function computeContrast(first: string, second: string): number {
  const [darker = 0, lighter = 0] = [computeLuminance(first), computeLuminance(second)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

function computeLuminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = parseChannels(color).map((channel) => {
    const part = channel / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
