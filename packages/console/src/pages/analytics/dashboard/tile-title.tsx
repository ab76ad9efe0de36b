import type { RowRequest } from "../../../records/figures/row-links.ts";
import { RowsLink } from "../../../records/figures/rows-link.tsx";

/** The title of a tile, which opens its rows. */
export function TileTitle({ title, requests = [] }: { readonly title: string; readonly requests?: readonly RowRequest[] }) {
  return (
    <h2 dir="auto" className="min-w-0 pb-2 text-body font-semibold wrap-anywhere">
      <RowsLink label={title} requests={requests}>
        {title}
      </RowsLink>
    </h2>
  );
}
