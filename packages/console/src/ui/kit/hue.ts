/** The ten hues of statuses and persons. Each has a text and a background of enough contrast in both modes (theme.css). */
export const hues = ["gray", "red", "orange", "yellow", "green", "teal", "blue", "indigo", "purple", "pink"] as const;
export type Hue = (typeof hues)[number];

export const hueClasses: Readonly<Record<Hue, string>> = {
  gray: "bg-hue-gray-subtle text-hue-gray",
  red: "bg-hue-red-subtle text-hue-red",
  orange: "bg-hue-orange-subtle text-hue-orange",
  yellow: "bg-hue-yellow-subtle text-hue-yellow",
  green: "bg-hue-green-subtle text-hue-green",
  teal: "bg-hue-teal-subtle text-hue-teal",
  blue: "bg-hue-blue-subtle text-hue-blue",
  indigo: "bg-hue-indigo-subtle text-hue-indigo",
  purple: "bg-hue-purple-subtle text-hue-purple",
  pink: "bg-hue-pink-subtle text-hue-pink",
};

/** The last angle of each hue on the color wheel, in degrees. */
const WHEEL: readonly (readonly [end: number, hue: Hue])[] = [
  [12, "red"],
  [40, "orange"],
  [68, "yellow"],
  [160, "green"],
  [190, "teal"],
  [222, "blue"],
  [255, "indigo"],
  [290, "purple"],
  [345, "pink"],
  [360, "red"],
];

/** The least saturation of a color that is not gray, from 0 to 1. */
const MIN_SATURATION = 0.2;

/** Returns the hue that is closest to the color of a master, such as `#2f9e44`. Gray for what is no color. */
export function hueForColor(color: string | null | undefined): Hue {
  const [, digits] = /^#([0-9a-f]{6})$/i.exec(color ?? "") ?? [];
  if (digits === undefined) return "gray";
  const [red = 0, green = 0, blue = 0] = [0, 2, 4].map((start) => Number.parseInt(digits.slice(start, start + 2), 16));
  const [most, least] = [Math.max(red, green, blue), Math.min(red, green, blue)];
  const range = most - least;
  if (most === 0 || range / most < MIN_SATURATION) return "gray";
  const sector = most === red ? (green - blue) / range : most === green ? 2 + (blue - red) / range : 4 + (red - green) / range;
  const angle = (sector * 60 + 360) % 360;
  return WHEEL.find(([end]) => angle < end)?.[1] ?? "red";
}

/** What fixed statuses of all kinds have in common, by their codes. A status that waits for a start, or is over without more, is gray. */
const hueCodes: Readonly<Partial<Record<Hue, readonly string[]>>> = {
  green: [
    "ACCEPTED",
    "ACTIVE",
    "ANSWERED",
    "APPROVED",
    "COMPLETED",
    "DELIVERED",
    "PAID",
    "POSITIVE",
    "RESOLVED",
    "SIGNED",
    "SUCCEEDED",
  ],
  blue: ["CONFIRMED", "IN_FULFILLMENT", "IN_NEGOTIATION", "IN_PROGRESS", "ISSUED", "PRESENTED", "PROSPECT", "RUNNING"],
  indigo: ["NEW", "SENDING", "SENT", "SHIPPED", "VIEWED"],
  yellow: [
    "ON_HOLD",
    "PARTLY_PAID",
    "PAUSED",
    "PENDING_APPROVAL",
    "SUSPENDED",
    "UNDER_REVIEW",
    "WAITING",
    "WAITING_ON_CUSTOMER",
    "WARM",
  ],
  orange: ["CHURNED", "EXPIRED", "HOT", "REJECTED", "TERMINATED"],
  red: ["BOUNCED", "FAILED", "NEGATIVE", "UNDELIVERED"],
};
const statusHues = new Map(hues.flatMap((hue) => (hueCodes[hue] ?? []).map((code) => [code, hue] as const)));

interface HuedChoice {
  readonly code?: string | undefined;
  readonly color?: string | null | undefined;
}

/** Returns the hue of a choice: that of its color, or else the one of a status that all kinds know. */
export const hueForChoice = ({ code, color }: HuedChoice): Hue =>
  color ? hueForColor(color) : (statusHues.get(code?.toUpperCase() ?? "") ?? "gray");

/** Returns the same hue for the same text, for avatars. */
export function hueForText(text: string): Hue {
  let sum = 0;
  for (const character of text) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 9973;
  // Gray is for those without a name.
  return hues[1 + (sum % (hues.length - 1))] ?? "gray";
}
