import type { Brand } from "../../kernel/brand.ts";
import type { MailBlock } from "./mail-block.ts";
import { toInlineText } from "./mail-inline.rules.ts";
import { networkNames } from "./social-networks.data.ts";

/** The text part of a mail of blocks: for programs that show no HTML, and for readers who prefer it. */

const joinFilled = (parts: readonly (string | null | undefined)[], separator: string): string =>
  parts.filter((part) => (part ?? "").trim() !== "").join(separator);

const toLabelledLink = (label: string, url: string | null | undefined): string => (url ? joinFilled([label, url], ": ") : label);

/** The lines of a footer in both parts of a mail. */
export const listFooterLines = ({ name, address, footer }: Brand): string[] => [
  [name, ...address].join(" · "),
  ...(footer ? [footer] : []),
];

function renderBlockText(block: MailBlock, brand: Brand): string {
  switch (block.type) {
    case "heading":
      return block.text;
    case "text":
      return toInlineText(block.html);
    case "image":
      return toLabelledLink(block.alt === "" ? "" : `[${block.alt}]`, block.link);
    case "button":
      return toLabelledLink(block.label, block.url);
    case "divider":
      return "---";
    case "spacer":
      return "";
    case "products":
      return block.items
        .map(({ name, text, price, url }) =>
          joinFilled([`- ${joinFilled([name, price], ", ")}`, text && `  ${text}`, url && `  ${url}`], "\n"),
        )
        .join("\n");
    case "social":
      return block.links.map(({ network, url }) => toLabelledLink(networkNames[network], url)).join("\n");
    case "columns":
      return renderBlocksText(block.columns.flat(), brand);
    case "footer":
      return joinFilled([block.text, ...listFooterLines(brand)], "\n");
  }
}

export const renderBlocksText = (blocks: readonly MailBlock[], brand: Brand): string =>
  joinFilled(
    blocks.map((block) => renderBlockText(block, brand)),
    "\n\n",
  );
