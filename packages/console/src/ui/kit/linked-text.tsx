import { Fragment } from "react";
import { Link } from "./link.tsx";
import { splitLinks } from "./text-links.ts";

/** A text of other people, whose addresses of the web and of mail are links. They open beside the console, which they cannot reach. */
export function LinkedText({ text }: { readonly text: string }) {
  return splitLinks(text).map(({ text: part, href }, index) => {
    const key = `${index}`;
    return href === undefined ? (
      <Fragment key={key}>{part}</Fragment>
    ) : (
      <Link
        key={key}
        href={href}
        {...(href.startsWith("mailto:") ? {} : { target: "_blank", rel: "noopener noreferrer nofollow" })}
      >
        {part}
      </Link>
    );
  });
}
