import * as z from "zod";
import { name, oneLine, oneOf, text } from "../../kernel/schema.ts";
import { findUrlProblem } from "../../kernel/web-url.ts";
import { networkNames, type SocialNetwork } from "./social-networks.data.ts";

/** The blocks of a mail (docs/messaging/message-templates.md). Colour, logo, font and address are those of the tenant, so no block repeats them. */

const MAX_ADDRESS_LENGTH = 2000;

/** Addresses go into attributes, in which merge fields are not allowed (html.rules.ts). */
const address = (schemes: RegExp, rule: string) =>
  text(MAX_ADDRESS_LENGTH)
    .trim()
    .superRefine((value, { addIssue }) => {
      const problem = findAddressProblem(value, schemes, rule);
      if (problem !== undefined) addIssue({ code: "custom", message: problem });
    });

function findAddressProblem(value: string, schemes: RegExp, rule: string): string | undefined {
  if (/\{\{|\}\}/.test(value)) return "Merge fields are not allowed in addresses: write the address itself";
  if (!schemes.test(value)) return rule;
  if (/^https?:/i.test(value)) return findUrlProblem(value);
  return /[\s\p{C}]/u.test(value) ? "Must not contain blanks or control characters" : undefined;
}

const link = () => address(/^(?:https?:\/\/|mailto:.|tel:.)/i, "Must begin with https://, http://, mailto: or tel:");
/** An image of the library has the origin of this installation: on a computer of a developer, that is a loopback address. */
const imageAddress = () => address(/^(?:https:\/\/|http:\/\/(?:localhost|127\.0\.0\.1)(?::\d+)?\/)/i, "Must begin with https://");
const align = () => oneOf(["start", "center", "end"]).default("start");

const Heading = z.strictObject({
  type: z.literal("heading"),
  text: name(300),
  level: z.union([z.literal(1), z.literal(2), z.literal(3)]).default(1),
  align: align(),
});

const Text = z.strictObject({
  type: z.literal("text"),
  html: text(20_000).describe(
    "Paragraphs, lists, quotes, bold, italic, underlined and struck text, code and links: p, br, ul, ol, li, blockquote, b, strong, i, em, u, s, code, a",
  ),
  align: align(),
});

const Image = z
  .strictObject({
    type: z.literal("image"),
    url: imageAddress(),
    alt: oneLine(300)
      .default("")
      .describe("Says what the image shows, for readers whose mail program blocks images. Required unless `decorative`"),
    decorative: z.boolean().default(false).describe("The image says nothing, so it needs no `alt`"),
    width: z.number().int().min(16).max(600).nullish().describe("Largest width in pixels. Default: the width of its column"),
    link: link().nullish(),
    align: align(),
  })
  .superRefine(({ alt, decorative }, { addIssue }) => {
    if (alt === "" && !decorative)
      addIssue({ code: "custom", path: ["alt"], message: "Say what the image shows, or set decorative: true" });
    if (alt !== "" && decorative) addIssue({ code: "custom", path: ["alt"], message: "A decorative image has no alt text" });
  });

const Button = z.strictObject({
  type: z.literal("button"),
  label: name(100),
  url: link(),
  color: z
    .string()
    .regex(/^#[0-9a-f]{6}$/i, "Must be a colour such as #3b5bdb")
    .nullish()
    .describe("Default: the colour of the tenant. Made darker or lighter until its text is legible"),
  align: align(),
});

const Divider = z.strictObject({ type: z.literal("divider") });

const Spacer = z.strictObject({ type: z.literal("spacer"), height: z.number().int().min(4).max(96).default(24) });

const Products = z.strictObject({
  type: z.literal("products"),
  items: z
    .array(
      z.strictObject({
        name: name(200),
        text: text(500).nullish(),
        price: oneLine(50).nullish().describe("As readers see it, such as € 1,200"),
        image_url: imageAddress().nullish(),
        url: link().nullish(),
      }),
    )
    .min(1)
    .max(12),
});

const Social = z.strictObject({
  type: z.literal("social"),
  links: z
    .array(z.strictObject({ network: oneOf(Object.keys(networkNames) as [SocialNetwork, ...SocialNetwork[]]), url: link() }))
    .min(1)
    .max(10),
  align: align(),
});

const Footer = z.strictObject({
  type: z.literal("footer"),
  text: text(1000)
    .nullish()
    .describe("Stands before the address of the tenant and the link with which readers choose what they get"),
});

const simpleBlocks = [Heading, Text, Image, Button, Divider, Spacer, Products, Social] as const;
const SimpleBlock = z.discriminatedUnion("type", simpleBlocks);

const Columns = z.strictObject({
  type: z.literal("columns"),
  columns: z.array(z.array(SimpleBlock).max(20)).min(2).max(3),
  stack: z.boolean().default(true).describe("Whether phones show the columns below each other"),
});

export const MailBlock = z.discriminatedUnion("type", [...simpleBlocks, Columns, Footer]);

const MAX_BLOCKS = 100;

export const mailBlocks = () => z.array(MailBlock).min(1).max(MAX_BLOCKS);

export type SimpleMailBlock = z.output<typeof SimpleBlock>;
export type MailBlock = z.output<typeof MailBlock>;
export type BlockOf<T extends MailBlock["type"]> = Extract<MailBlock, { type: T }>;
