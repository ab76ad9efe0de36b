import { ChevronLeft } from "lucide-react";
import { Fragment } from "react";
import { type Translate, useText } from "../../ui/i18n/use-text.ts";
import { Link } from "../../ui/kit/link.tsx";
import { CHOICES_PATH, IMPORTS_PATH, listTrail } from "./page-trail.ts";

const nameTrailPage = (path: string, t: Translate): string =>
  path === CHOICES_PATH ? t("Lists of choices") : path === IMPORTS_PATH ? t("Imports") : t("Settings");

/** The pages above a page, as links in the top bar. */
export function TrailLinks({ path }: { readonly path: string }) {
  const t = useText();
  const trail = listTrail(path);
  if (trail.length === 0) return null;
  return (
    <nav aria-label={t("Pages above this one")} className="hidden min-w-0 items-center gap-2 text-control tablet:flex">
      {trail.map((href, index) => (
        <Fragment key={href}>
          {index === 0 ? null : (
            <span aria-hidden="true" className="text-text-muted">
              /
            </span>
          )}
          <Link variant="muted" href={href}>
            {nameTrailPage(href, t)}
          </Link>
        </Fragment>
      ))}
    </nav>
  );
}

/** The way back from a page on a phone, where the top bar has no room for it. */
export function TrailBack({ path }: { readonly path: string }) {
  const t = useText();
  const parent = listTrail(path).at(-1);
  if (parent === undefined) return null;
  return (
    <span className="-mb-2 flex pt-2 text-control tablet:hidden print:hidden">
      <Link variant="muted" href={parent}>
        {/* The point of the icon stands at the edge, not its frame. */}
        <span className="-ms-1 flex items-center gap-1">
          <ChevronLeft className="mirror" />
          {nameTrailPage(parent, t)}
        </span>
      </Link>
    </span>
  );
}
