import { createElement, type ReactNode } from "react";
import type { HtmlNode } from "../../../ui/kit/html-tree.ts";
import { Link } from "../../../ui/kit/link.tsx";

interface GuideTextProps {
  readonly content: readonly HtmlNode[];
  readonly pictures: readonly string[];
}

/** A page of the user guide. Its text comes with the console, so its elements are known. */
export function GuideText({ content, pictures }: GuideTextProps) {
  const render = (node: HtmlNode, key: number): ReactNode => {
    if (typeof node === "string") return node;
    const { tag, attributes, children } = node;
    switch (tag) {
      case "img":
        return (
          <img
            key={key}
            src={pictures[Number(attributes.src)]}
            alt={attributes.alt ?? ""}
            loading="lazy"
            className="my-2 h-auto max-w-full rounded-card border border-border"
          />
        );
      case "a":
        return (
          <Link key={key} href={attributes.href ?? ""}>
            {children.map(render)}
          </Link>
        );
      // The frame of the page has its title.
      case "h1":
        return null;
      case "br":
      case "hr":
        return createElement(tag, { key });
      default:
        return createElement(tag, { key }, ...children.map(render));
    }
  };
  return (
    <article lang="en" dir="ltr" className="rich-text text-body">
      {content.filter((node) => typeof node !== "string" || node.trim() !== "").map(render)}
    </article>
  );
}
